import { hkdfSync } from 'node:crypto';
import { authenticate, type EventFacts } from './audit-mac.js';

/** Which process wrote an event, as which of its own. */
export interface ProcessMark {
  process: string;
  /** From 1; no number is given twice. */
  number: number;
  /** HMAC-SHA-256 in base64url over both and the event, under the key of the process. */
  processMac: string;
}

/** What a process says of the numbers it has given. */
export interface ProcessStatement {
  /** Generation of the audit's key. */
  generation: number;
  version: string;
  startedAt: Date;
  /** The highest number given. */
  last: number;
  /** Numbers up to `last` whose events may yet come: their transaction is open. */
  pending: readonly number[];
  /** Numbers whose events were taken back with their transaction, or could not be stored. */
  voids: readonly number[];
  statedAt: Date;
  /** When it ended in order; null before, and after a crash. */
  endedAt: Date | null;
}

/** Signs for one process, under a key that is derived from the audit's (RFC 5869) and stands nowhere. */
export class ProcessSigner {
  private readonly key: Buffer;

  constructor(
    auditKey: Buffer,
    readonly process: string,
  ) {
    const purpose = 'nestjs-mcp-auth/audit-process';
    this.key = Buffer.from(hkdfSync('sha256', auditKey, process, purpose, 32));
  }

  mark(number: number, facts: EventFacts): ProcessMark {
    const processMac = authenticate(this.key, ['written', this.process, number], facts);
    return { process: this.process, number, processMac };
  }

  sign({
    generation,
    version,
    startedAt,
    last,
    pending,
    voids,
    statedAt,
    endedAt,
  }: ProcessStatement): string {
    const times = [startedAt, statedAt, endedAt].map((time) => time && time.toISOString());
    return authenticate(this.key, [
      'stated',
      this.process,
      generation,
      version,
      last,
      pending,
      voids,
      ...times,
    ]);
  }

  /** Says that events up to this number may be gone because they had reached their age. */
  signPruned(number: number): string {
    return authenticate(this.key, ['pruned', this.process, number]);
  }
}
