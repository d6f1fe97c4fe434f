import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { OAuthError } from '../oauth/errors.js';

/** Milliseconds in which failures of one kind are one line. */
const INTERVAL = 60_000;
/** Kinds that are told apart. */
const MOST_KINDS = 100;

/** The log of what went wrong here. Strangers can ask for the same failure again and again, and must not fill it. */
export class FailureLog {
  private readonly logger = new Logger('McpAuth');
  private readonly kinds = new LRUCache<string, { quietUntil: number; untold: number }>({ max: MOST_KINDS });

  /** @param now milliseconds, of any beginning. */
  constructor(private readonly now = () => performance.now()) {}

  note(error: OAuthError): void {
    const kind = kindOf(error);
    const known = this.kinds.get(kind);
    const now = this.now();
    if (known && now < known.quietUntil) {
      known.untold += 1;
      return;
    }
    this.kinds.set(kind, { quietUntil: now + INTERVAL, untold: 0 });
    const untold = known?.untold ? ` (and ${known.untold} like it before)` : '';
    const cause = error.cause instanceof Error ? ` ${String(error.cause)}` : '';
    this.logger.error(`${error.description}${cause}${untold}`);
  }
}

/** Descriptions name what was asked for, where there is a cause; its kind does not. */
function kindOf({ error, description, cause }: OAuthError): string {
  if (!(cause instanceof Error)) return `${error} ${description}`;
  const code = 'code' in cause ? String(cause.code) : '';
  return `${error} ${cause.name} ${code}`;
}
