import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, IsNull, LessThan, LessThanOrEqual, Not } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { AuditConfig } from '../config/audit-config.js';
import { AuditCheckpoint } from './entities/audit-checkpoint.entity.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { signCheckpoint } from './audit-chain.js';
import { asLink, lockChain } from './audit-head.js';
import { AuditKeys } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';

/** Events per transaction. */
const BATCH = 1_000;

/** Takes away what has reached its age, from the beginning of the chain on, and signs where it begins now. */
@Injectable()
export class AuditRetention {
  private readonly logger = new Logger(AuditRetention.name);

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly keys: AuditKeys,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
    private readonly config: AuditConfig,
  ) {}

  /** Nothing happens where everything is kept. */
  async prune(): Promise<void> {
    const { retention } = this.config;
    if (retention === 0) return;
    const limit = new Date(this.clock.now() - retention * 1000);
    const [key] = await this.keys.all();
    let more = true;
    while (more) more = await this.dataSource.transaction((manager) => this.step(limit, key, manager));
  }

  /** Whether there may be more. */
  private async step(limit: Date, key: Buffer, manager: EntityManager): Promise<boolean> {
    if (!(await lockChain(manager))) return false;
    const events = manager.getRepository(AuditEventRow);
    const first = await events.find({
      select: { id: true, at: true, position: true, mac: true },
      where: { position: Not(IsNull()) },
      order: { position: 'ASC' },
      take: BATCH,
    });
    // What is old behind an event that is young goes when that one does.
    const young = first.findIndex(({ at }) => at >= limit);
    const old = young === -1 ? first : first.slice(0, young);
    const link = asLink(old.at(-1) ?? null);
    if (!link) return false;
    const position = String(link.position);
    const createdAt = new Date(this.clock.now());
    const signature = signCheckpoint(key, link, createdAt);
    const checkpoints = manager.getRepository(AuditCheckpoint);
    await checkpoints.insert({ position, mac: link.mac, createdAt, signature });
    await checkpoints.delete({ position: LessThan(position) });
    await manager.query(`SELECT set_config('mcp_auth.audit_retention', 'on', true)`);
    await events.delete({ position: LessThanOrEqual(position) });
    await this.trail.commit({ action: 'audit.prune', outcome: 'success', detail: { position } }, manager);
    this.logger.log(`Events of the audit up to ${position} had reached their age and are gone.`);
    return old.length === BATCH;
  }
}
