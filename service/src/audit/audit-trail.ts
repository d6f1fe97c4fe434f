import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog, Clock } from 'nestjs-mcp-auth';
import { ServiceMetrics } from '../operations/service-metrics.js';
import { AuditKeys } from './audit-keys.js';
import { auditRecord } from './audit-record.js';
import { AuditWriter, type WaitingRecord } from './audit-writer.js';
import type { ServiceEvent } from './service-event.js';

/** Milliseconds in which events gather for one statement. */
const GATHERING = 250;
/** Milliseconds between two tries while the database is away. */
const PATIENCE = 1_000;
const BATCH = 1_000;
/** SQLSTATE classes of what is wrong with the data itself: another try would fail alike. */
const UNSTORABLE = /^(22|23|54)/;
/** Somebody else has an event of this number. */
const UNIQUE_VIOLATION = '23505';
/** Numbers that are tried for one event. */
const MOST_NUMBERS = 5;
/** Events that are kept in memory while the database is away; what comes then is counted alone. */
const MOST_WAITING = 20_000;

/**
 * The record of every decision. What happens is written within a second, outside of the request; what an administrator
 * changes is written with the change or not at all.
 */
@Injectable()
export class AuditTrail extends AuditLog implements OnApplicationBootstrap {
  private readonly logger = new Logger(AuditTrail.name);
  private waiting: WaitingRecord[] = [];
  private lost = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly writer: AuditWriter,
    private readonly keys: AuditKeys,
    private readonly clock: Clock,
    private readonly metrics: ServiceMetrics,
  ) {
    super();
    metrics.gauge(
      'audit_events_waiting',
      'Events of the audit that are not in the database yet.',
      () => this.waiting.length,
    );
  }

  /** A change must not wait for the key, which needs a connection of its own. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keys.current();
  }

  /** Notes what happened; no answer waits for it. */
  override record(event: ServiceEvent): void {
    this.metrics.audited(event);
    if (this.waiting.length >= MOST_WAITING) this.lost += 1;
    else
      this.waiting.push({
        record: auditRecord(event, this.clock.now()),
        email: event.email ?? null,
      });
    this.schedule(GATHERING);
  }

  /** Notes a change in the transaction that makes it: both are there, or neither is. */
  async commit(event: ServiceEvent, manager: EntityManager): Promise<void> {
    this.metrics.audited(event);
    try {
      await this.writer.writeIn(manager, auditRecord(event, this.clock.now()), event.email);
    } finally {
      this.schedule(GATHERING);
    }
  }

  /** Writes what waits. Nothing is lost where the database can be reached. */
  async flush(): Promise<void> {
    await this.writing;
    await this.drain();
  }

  /** Writes what waits, and that this process writes no more. */
  async end(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
    try {
      await this.writer.end();
    } catch (error) {
      this.wait(error);
    }
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
      if (this.waiting.length > 0 || !this.writer.isSettled) this.schedule(PATIENCE);
    });
    return this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH);
      try {
        await this.writer.write(batch);
        this.waiting = this.waiting.slice(batch.length);
      } catch (error) {
        if (!isUnstorable(error)) return this.wait(error);
        if (!(await this.writeEach(batch))) return;
      }
    }
    this.tellLoss();
    try {
      if (!this.writer.isSettled) await this.writer.settle();
    } catch (error) {
      this.wait(error);
    }
  }

  /** One event that cannot be stored must not take the others with it. False when the database failed meanwhile. */
  private async writeEach(batch: readonly WaitingRecord[]): Promise<boolean> {
    for (const each of batch) {
      try {
        await this.writeOne(each);
      } catch (error) {
        if (!isUnstorable(error)) {
          this.wait(error);
          return false;
        }
        this.lost += 1;
        this.logger.error(`An event (${each.record.action}) cannot be stored.`, error);
      }
      this.waiting = this.waiting.slice(1);
    }
    return true;
  }

  private async writeOne(waiting: WaitingRecord): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.writer.write([waiting]);
      } catch (error) {
        if (isUnstorable(error)) this.writer.giveUp(waiting);
        if (stateOf(error) !== UNIQUE_VIOLATION || tries === MOST_NUMBERS) throw error;
      }
    }
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
  return UNSTORABLE.test(stateOf(error));
}

/** SQLSTATE; empty for what is no error of the database. */
function stateOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
