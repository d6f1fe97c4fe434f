import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { type BackgroundLoop, MCP_AUTH_CONNECTION, McpHealth } from 'nestjs-mcp-auth';
import { AuditConfig } from '../config/audit-config.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { type ChainLink, formatLink, nextLink } from './audit-chain.js';
import { exportLine } from './audit-export.js';
import { eventFacts } from './audit-mac.js';
import { AuditKeys } from './audit-keys.js';
import { chainHead, lockChain } from './audit-head.js';
import { AuditRetention } from './audit-retention.js';
import { AuditTrail } from './audit-trail.js';
import { HealthSignals } from '../operations/health-signals.js';
import { ServiceMetrics } from '../operations/service-metrics.js';

/** Milliseconds between two rounds. */
const INTERVAL = 1_000;
/** Seconds after which events that wait for their place are a fault. */
export const MOST_LAG = 30;
/** Rounds between two looks for events that have reached their age: ten minutes. */
const RETENTION_ROUNDS = 600;
const BATCH = 1_000;
/** Milliseconds after which a round that does not end is stuck. */
const STUCK_AFTER = 60_000;

interface SealedBatch {
  rows: AuditEventRow[];
  /** Of each row. */
  links: ChainLink[];
}

/**
 * Chains what was written, every second: each event gets its place, and a mac over itself and the event before. One
 * replica does so at a time. The head goes to the log, so that whoever keeps the log can tell when events are missing.
 */
@Injectable()
export class AuditSealer implements BackgroundLoop, OnApplicationBootstrap, OnApplicationShutdown {
  readonly name = AuditSealer.name;
  private readonly logger = new Logger(AuditSealer.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** The first look for events of age comes once the service has run for a while. */
  private rounds = 1;
  private failing = false;
  private isEnding = false;
  private late = false;
  /** The furthest that this replica has seen. */
  private seen = 0n;
  /** Of the event that waits longest for its place; null when none does. */
  private oldest: string | null = null;
  /** When this replica last saw that the chain moves on, on its monotonic clock. */
  private movedAt = performance.now();
  /** When a round ended last, with an error or without one. */
  private endedAt = performance.now();

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly keys: AuditKeys,
    private readonly trail: AuditTrail,
    private readonly retention: AuditRetention,
    metrics: ServiceMetrics,
    signals: HealthSignals,
    health: McpHealth,
    private readonly config: AuditConfig,
  ) {
    metrics.gauge(
      'audit_sealing_lag_seconds',
      'Seconds since this replica last saw the chain of the audit move on, or be complete.',
      () => this.lag,
    );
    signals.watch('audit', () => this.lag <= MOST_LAG);
    health.watch(this);
  }

  /** Seconds since the chain moved on, or was complete. */
  get lag(): number {
    return (performance.now() - this.movedAt) / 1000;
  }

  isStuck(): boolean {
    return this.running !== undefined && performance.now() - this.endedAt > STUCK_AFTER;
  }

  onApplicationBootstrap(): void {
    this.endedAt = performance.now();
    this.timer = setInterval(() => {
      this.running ??= this.attempt();
      this.tellLag();
    }, INTERVAL);
    this.timer.unref();
  }

  /** What happened until now is written and chained before the database is left. */
  async onApplicationShutdown(): Promise<void> {
    if (this.isEnding) return;
    clearInterval(this.timer);
    this.isEnding = true;
    await this.running;
    await this.trail.end();
    await this.attempt();
  }

  /** Chains all there is. */
  async round(): Promise<void> {
    const oldest = await this.dataSource
      .getRepository(AuditEventRow)
      .findOne({ select: { sequence: true }, where: { position: IsNull() }, order: { sequence: 'ASC' } });
    if (!oldest || oldest.sequence !== this.oldest) this.movedAt = performance.now();
    this.oldest = oldest?.sequence ?? null;
    if (!oldest) return;
    const { key } = await this.keys.current();
    let sealed: SealedBatch;
    do {
      sealed = await this.dataSource.transaction((manager) => this.seal(key, manager));
      this.announce(sealed);
    } while (sealed.rows.length === BATCH);
  }

  private async attempt(): Promise<void> {
    try {
      await this.round();
      if (!this.isEnding && this.rounds % RETENTION_ROUNDS === 0) await this.retention.prune();
      this.rounds += 1;
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.error('The audit cannot be chained.', error);
      this.failing = true;
    }
    this.endedAt = performance.now();
    this.running = undefined;
  }

  private tellLag(): void {
    const isLate = this.lag > MOST_LAG;
    if (isLate === this.late) return;
    this.late = isLate;
    if (isLate)
      this.logger.error(
        `Events of the audit have waited ${Math.round(this.lag)} s for their place in the chain: is its advisory lock held by somebody?`,
      );
    else this.logger.log('Events of the audit have their place in the chain again.');
  }

  /** None while another replica is at it. */
  private async seal(key: Buffer, manager: EntityManager): Promise<SealedBatch> {
    if (!(await lockChain(manager))) return { rows: [], links: [] };
    let head = await chainHead(manager);
    this.checkLength(head);
    const events = manager.getRepository(AuditEventRow);
    const rows = await events.find({
      where: { position: IsNull() },
      order: { sequence: 'ASC' },
      take: BATCH,
    });
    const links = rows.map((row) => {
      head = nextLink(key, head, eventFacts(row));
      return head;
    });
    const { schema, tableName } = events.metadata;
    await manager.query(
      `UPDATE "${schema}"."${tableName}" e SET "position" = l."position", "mac" = l."mac"
      FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS l("id", "position", "mac") WHERE e."id" = l."id"`,
      [rows.map(({ id }) => id), links.map(({ position }) => String(position)), links.map(({ mac }) => mac)],
    );
    return { rows, links };
  }

  /** Says what stands now: only what is committed. */
  private announce({ rows, links }: SealedBatch): void {
    const head = links.at(-1);
    if (!head) return;
    this.seen = head.position;
    if (this.config.stream)
      for (const [index, row] of rows.entries())
        process.stdout.write(exportLine(Object.assign(row, asColumns(links[index]))));
    this.logger.log(`The audit stands at ${formatLink(head)}`);
  }

  private checkLength({ position }: ChainLink): void {
    if (position < this.seen)
      this.logger.error(`Events ${position + 1n} to ${this.seen} of the audit are missing.`);
    this.seen = position;
  }
}

function asColumns(link: ChainLink | undefined): Partial<AuditEventRow> {
  return link ? { position: String(link.position), mac: link.mac } : {};
}
