import { hash } from 'node:crypto';
import type { DpopProof } from './dpop-proof.js';
import { PROOF_TOLERANCE } from './dpop-proofs.js';

const MOST_PROOFS = 200_000;

/**
 * The proofs that this process has taken (RFC 9449 §11.1), as long as their time makes them good. Only whoever holds a
 * good token adds to them; where they are too many, the oldest is forgotten.
 */
export class UsedProofs {
  /** Milliseconds since the epoch at which each may be forgotten, by its digest, the oldest first. */
  private readonly used = new Map<string, number>();

  /** @param most how many are remembered. */
  constructor(private readonly most = MOST_PROOFS) {}

  /** Whether this is the first use. @param now milliseconds since the epoch. */
  use({ keyThumbprint, id, issuedAt }: DpopProof, now: number): boolean {
    const key = hash('sha256', `${keyThumbprint}\n${id}`, 'binary');
    const known = this.used.get(key);
    if (known !== undefined && known >= now) return false;
    this.used.delete(key);
    this.forget(now);
    this.used.set(key, (issuedAt + PROOF_TOLERANCE) * 1000);
    return true;
  }

  get size(): number {
    return this.used.size;
  }

  private forget(now: number): void {
    for (const [key, until] of this.used) {
      if (until >= now && this.used.size < this.most) return;
      this.used.delete(key);
    }
  }
}
