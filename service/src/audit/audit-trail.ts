import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog, Clock } from 'nestjs-mcp-auth';
import { ServiceMetrics } from '../operations/service-metrics.js';
import { type AuditRecord, auditRecord } from './audit-record.js';
import { AuditStore } from './audit-store.js';
import type { ServiceEvent } from './service-event.js';

/** Milliseconds in which events gather for one statement. */
const GATHERING = 250;
/** Milliseconds between two tries while the database is away. */
const PATIENCE = 1_000;
const BATCH = 1_000;
/** SQLSTATE classes of what is wrong with the data itself: another try would fail alike. */
const UNSTORABLE = /^(22|23|54)/;
/** Events that are kept in memory while the database is away; what comes then is counted alone. */
const MOST_WAITING = 20_000;

/**
 * The record of every decision. What happens is written within a second, outside of the request; what an administrator
 * changes is written with the change or not at all.
 */
@Injectable()
export class AuditTrail extends AuditLog {
  private readonly logger = new Logger(AuditTrail.name);
  private waiting: AuditRecord[] = [];
  private lost = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly store: AuditStore,
    private readonly clock: Clock,
    private readonly metrics: ServiceMetrics,
  ) {
    super();
  }

  /** Notes what happened; no answer waits for it. */
  override record(event: ServiceEvent): void {
    this.metrics.audited(event);
    if (this.waiting.length >= MOST_WAITING) this.lost += 1;
    else this.waiting.push(auditRecord(event, this.clock.now()));
    this.schedule(GATHERING);
  }

  /** Notes a change in the transaction that makes it: both are there, or neither is. */
  async commit(event: ServiceEvent, manager: EntityManager): Promise<void> {
    this.metrics.audited(event);
    await this.store.insert([auditRecord(event, this.clock.now())], manager);
  }

  /** Writes what waits. Nothing is lost where the database can be reached. */
  async flush(): Promise<void> {
    await this.writing;
    await this.drain();
  }

  private schedule(delay: number): void {
    if (this.timer || this.writing) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.drain();
    }, delay);
    this.timer.unref();
  }

  private drain(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
      if (this.waiting.length > 0) this.schedule(PATIENCE);
    });
    return this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH);
      try {
        await this.store.insert(batch);
        this.waiting = this.waiting.slice(batch.length);
      } catch (error) {
        if (!isUnstorable(error)) return this.wait(error);
        if (!(await this.writeEach(batch))) return;
      }
    }
    this.tellLoss();
  }

  /** One event that cannot be stored must not take the others with it. False when the database failed meanwhile. */
  private async writeEach(batch: readonly AuditRecord[]): Promise<boolean> {
    for (const record of batch) {
      try {
        await this.store.insert([record]);
      } catch (error) {
        if (!isUnstorable(error)) {
          this.wait(error);
          return false;
        }
        this.lost += 1;
        this.logger.error(`An event (${record.action}) cannot be stored.`, error);
      }
      this.waiting = this.waiting.slice(1);
    }
    return true;
  }

  private wait(error: unknown): void {
    this.logger.error(`${this.waiting.length} events of the audit wait for the database.`, error);
  }

  private tellLoss(): void {
    if (this.lost === 0) return;
    const detail = { events: this.lost };
    this.lost = 0;
    this.record({ action: 'audit.loss', outcome: 'refused', detail });
  }
}

function isUnstorable(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && UNSTORABLE.test(code);
}
