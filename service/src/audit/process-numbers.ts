import type { ProcessStatement } from './process-signer.js';
import type { TransactionEnd } from './audit-store.js';

/** The numbers that this process has given to its events, and what is known of each that is not written yet. */
export class ProcessNumbers {
  private given = 0;
  /** By number: the transaction it was written in; null before it is written. */
  private readonly open = new Map<number, string | null>();
  private readonly voids: number[] = [];
  private changed = false;

  next(): number {
    this.given += 1;
    this.open.set(this.given, null);
    this.changed = true;
    return this.given;
  }

  /** It is there, if the transaction commits. */
  writtenIn(transaction: string, number: number): void {
    this.open.set(number, transaction);
  }

  written(numbers: readonly number[]): void {
    for (const number of numbers) this.open.delete(number);
  }

  /** No event will ever have it. */
  void(number: number): void {
    this.open.delete(number);
    this.voids.push(number);
    this.changed = true;
  }

  /** Transactions whose end is not known. */
  get transactions(): string[] {
    return [...new Set(this.open.values())].filter((transaction) => transaction !== null);
  }

  /** Only a transaction that the database took back makes its numbers void: what somebody deletes is missing. */
  ended(ends: ReadonlyMap<string, TransactionEnd>): void {
    for (const [number, transaction] of this.open) {
      const end = transaction === null ? undefined : ends.get(transaction);
      if (end === 'aborted') this.void(number);
      else if (end === 'committed' || end === null) {
        this.open.delete(number);
        this.changed = true;
      }
    }
  }

  /** Whether all that there is to say has been said, and every number is accounted for. */
  get isSettled(): boolean {
    return !this.changed && this.open.size === 0;
  }

  /** @param written what comes with the statement. */
  state(written: readonly number[]): Pick<ProcessStatement, 'last' | 'pending' | 'voids'> {
    const coming = new Set(written);
    return {
      last: this.given,
      pending: [...this.open.keys()].filter((number) => !coming.has(number)),
      voids: [...this.voids],
    };
  }

  /** What `state` said is durable. @param last as it said. */
  stated({ last, voids }: Pick<ProcessStatement, 'last' | 'voids'>): void {
    if (last === this.given && voids.length === this.voids.length) this.changed = false;
  }
}
