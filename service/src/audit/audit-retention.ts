import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, LessThan, LessThanOrEqual, Not } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditConfig } from '../config/audit-config.js';
import { ServiceMetrics } from '../operations/service-metrics.js';
import { AuditCheckpoint } from './entities/audit-checkpoint.entity.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { signCheckpoint } from './audit-chain.js';
import { AuditClock, ClockDifference } from './audit-clock.js';
import { asLink, chainHead, chainStart, lockChain } from './audit-head.js';
import { AuditKeys, type OpenedAuditKey } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';
import { notePruned } from './pruned-numbers.js';

/** Events per transaction. */
const BATCH = 1_000;
/** Milliseconds after a start in which nothing goes: time to notice a wrong setting. */
const QUIET = 60_000;
/** What one round may take of a chain: a tenth, or so many events where that is more. */
const SHARE = 10;
const LEAST_SHARE = 10_000;
/** Milliseconds, and how often they pass in a round, until a chain that is being sealed is free. */
const WAIT = 100;
const MOST_WAITS = 50;

/** Takes away what has reached its age, from the beginning of the chain on, and signs where it begins now. */
@Injectable()
export class AuditRetention {
  private readonly logger = new Logger(AuditRetention.name);
  private readonly startedAt = performance.now();
  private readonly pruned;
  private refused = false;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly keys: AuditKeys,
    private readonly trail: AuditTrail,
    private readonly clock: AuditClock,
    metrics: ServiceMetrics,
    private readonly config: AuditConfig,
  ) {
    this.pruned = metrics.count(
      'audit_pruned_events',
      'Events of the audit that were deleted for their age.',
    );
  }

  /** Nothing happens where everything is kept, right after a start, and where two clocks do not agree. */
  async prune(): Promise<void> {
    if (this.config.retention === 0 || performance.now() - this.startedAt < QUIET) return;
    try {
      let left = await this.share();
      let waits = 0;
      while (left > 0 && waits < MOST_WAITS) {
        const gone = await this.dataSource.transaction((manager) =>
          this.step(Math.min(left, BATCH), manager),
        );
        if (gone === null) {
          waits += 1;
          await setTimeout(WAIT);
        } else left = gone < BATCH ? 0 : left - gone;
      }
      this.refused = false;
    } catch (error) {
      if (!(error instanceof ClockDifference)) throw error;
      this.refuse(error);
    }
  }

  /** Events that may go in this round. */
  private async share(): Promise<number> {
    const { manager } = this.dataSource;
    const [head, start] = [await chainHead(manager), await chainStart(manager)];
    return Math.max(LEAST_SHARE, Math.floor(Number(head.position - start.position) / SHARE));
  }

  /** @returns how many events are gone; null while somebody else, who seals, has the chain. */
  private async step(most: number, manager: EntityManager): Promise<number | null> {
    const key = await this.keys.current();
    if (!(await lockChain(manager))) return null;
    const now = await this.clock.agreed(manager);
    const limit = new Date(now.getTime() - this.config.retention * 1000);
    const events = manager.getRepository(AuditEventRow);
    const first = await events.find({
      select: { id: true, at: true, writtenAt: true, position: true, mac: true },
      where: { position: Not(IsNull()) },
      order: { position: 'ASC' },
      take: most,
    });
    // What is old behind an event that is young goes when that one does.
    const young = first.findIndex(({ at, writtenAt }) => at >= limit || (writtenAt ?? at) >= limit);
    const old = young === -1 ? first : first.slice(0, young);
    const link = asLink(old.at(-1) ?? null);
    if (!link) return 0;
    const position = String(link.position);
    await this.sign(key, position, link.mac, now, manager);
    await notePruned(key, position, limit, manager);
    await manager.query(`SELECT set_config('mcp_auth.audit_retention', 'on', true)`);
    await events.delete({ position: LessThanOrEqual(position) });
    const detail = { position, events: old.length, before: limit.toISOString() };
    await this.trail.commit({ action: 'audit.prune', outcome: 'success', detail }, manager);
    this.pruned(old.length);
    this.logger.warn(
      `${old.length} events of the audit, up to ${position}, were from before ${limit.toISOString()} and are deleted.`,
    );
    return old.length;
  }

  private async sign(
    { key }: OpenedAuditKey,
    position: string,
    mac: string,
    createdAt: Date,
    manager: EntityManager,
  ): Promise<void> {
    const signature = signCheckpoint(key, { position: BigInt(position), mac }, createdAt);
    const checkpoints = manager.getRepository(AuditCheckpoint);
    await checkpoints.insert({ position, mac, createdAt, signature });
    await checkpoints.delete({ position: LessThan(position) });
  }

  private refuse({ message, seconds }: ClockDifference): void {
    if (this.refused) return;
    this.refused = true;
    const reason = `${message} Nothing of the audit is deleted until they agree.`;
    this.logger.error(reason);
    this.trail.record({ action: 'audit.prune', outcome: 'refused', detail: { reason, seconds } });
  }
}
