import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import type { FeedKind, FeedListener, FeedRecord } from '../oauth/revocation.js';

const ORDERED: readonly FeedKind[] = ['policy', 'client', 'resource', 'unknown'];

/**
 * Orders what is issued and what is taken back where the subject lives on: a policy that changes, a client or a
 * resource that comes back. What is issued by somebody who knows of it counts as later, whatever margin was taken back. Told after
 * everybody else: by then this replica goes by the new rules.
 */
@Injectable()
export class IssueTimes implements FeedListener {
  private takenBack = 0;

  constructor(private readonly clock: Clock) {}

  /** For a token, in milliseconds since the epoch: read before the database and the policy are asked. */
  next(): number {
    return Math.max(this.clock.now(), this.takenBack + 1);
  }

  /** Up to when tokens are dead that are taken back now, with `margin` milliseconds for what is under way elsewhere. */
  takeBack(margin: number): Date {
    return new Date(this.next() + margin);
  }

  heard(records: readonly FeedRecord[]): void {
    for (const { kind, issuedBefore } of records)
      if (ORDERED.includes(kind)) this.takenBack = Math.max(this.takenBack, issuedBefore ?? 0);
  }
}
