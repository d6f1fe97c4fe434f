import { Logger } from '@nestjs/common';

/** Milliseconds for which a transaction may be open before anybody needs to know. */
const PATIENCE = 60_000;

/**
 * Warns of a transaction that somebody has left open in the database cluster: every look at the revocation feed reads
 * again what was written since, and no table is cleaned up.
 */
export class OpenTransactions {
  private readonly logger = new Logger(OpenTransactions.name);
  private oldest: string | null = null;
  private since = 0;
  private warned = false;

  /** @param oldest the oldest open transaction, when there is one. */
  observe(oldest: string | null): void {
    const now = performance.now();
    if (oldest !== this.oldest) {
      if (this.warned) this.logger.log(`The database transaction ${this.oldest} is over.`);
      this.oldest = oldest;
      this.since = now;
      this.warned = false;
    }
    if (oldest === null || this.warned || now - this.since < PATIENCE) return;
    this.warned = true;
    this.logger.warn(
      `The database transaction ${oldest} has been open for a minute, in whatever database of the cluster: end it; pg_stat_activity names it as backend_xid, pg_prepared_xacts as transaction.`,
    );
  }
}
