import type { Clock } from '../host/clock.js';
import { INVALID_TOKEN, type InvalidTokenError } from './invalid-token.error.js';
import type { TokenStatus } from './token-status.js';
import type { VerifiedAccessToken } from './verified-access-token.js';

/** Milliseconds between two looks. */
const INTERVAL = 1_000;

interface Watched {
  token: VerifiedAccessToken;
  controller: AbortController;
}

/**
 * Tells whoever asked for it when a token is over. One look a second at the tokens that are asked about, in memory, and
 * no timer while there are none.
 */
export class TokenWatch {
  /** By `jti`. */
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly status: TokenStatus,
    private readonly clock: Clock,
  ) {}

  /** Aborted when the token expires or is revoked; one for all who ask about it. */
  signal(token: VerifiedAccessToken): AbortSignal {
    const known = this.watched.get(token.tokenId);
    if (known) return known.controller.signal;
    const controller = new AbortController();
    if (!this.lookAt({ token, controller })) {
      this.watched.set(token.tokenId, { token, controller });
      this.timer ??= setInterval(() => this.look(), INTERVAL).unref();
    }
    return controller.signal;
  }

  /** A look at all of them. */
  look(): void {
    for (const [id, watched] of this.watched) if (this.lookAt(watched)) this.watched.delete(id);
    if (this.watched.size === 0) this.stop();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  get size(): number {
    return this.watched.size;
  }

  private lookAt({ token, controller }: Watched): boolean {
    const reason = this.reason(token);
    if (reason) controller.abort(reason);
    return reason !== null;
  }

  private reason(token: VerifiedAccessToken): InvalidTokenError | null {
    if (token.expiresAt <= this.clock.now()) return INVALID_TOKEN.expired;
    try {
      return this.status.isRevoked(token) ? INVALID_TOKEN.revoked : null;
    } catch {
      // Nobody can say at the moment: new calls wait, and what goes on goes on until somebody can.
      return null;
    }
  }
}
