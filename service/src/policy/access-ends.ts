import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { DataSource, type EntityManager, LessThan } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpHealth, McpRevocations } from 'nestjs-mcp-auth';
import { Periodic } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import type { ServiceEvent } from '../audit/service-event.js';
import { type AccessRule, hasEnded } from '../config/policy.js';
import { affected } from './approvals.js';
import { isOver } from './client-decisions.js';
import { AccessEnd } from './entities/access-end.entity.js';
import type { ClientDecision } from './entities/client-decision.entity.js';
import { PolicyAnnouncement } from './policy-announcement.js';
import { ServicePolicy } from './service-policy.js';

/** Milliseconds between two looks, which ask the database nothing while nothing has ended. */
const INTERVAL = 1_000;
/** Milliseconds for which it is remembered that an end was announced. */
const MEMORY = 400 * 86_400_000;

/** Something that has ended. */
type Ended = { key: string } & ({ rule: AccessRule } | { decision: ClientDecision });

/**
 * Takes back what rules and approvals gave that have reached their end. They grant nothing from that moment on, on every
 * replica; here the tokens end that they gave before. Whichever replica comes first announces an end, once.
 */
@Injectable()
export class AccessEnds extends Periodic implements BeforeApplicationShutdown {
  /** Those that are announced, as far as this replica knows. */
  private readonly announced = new Set<string>();

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly policy: ServicePolicy,
    private readonly announcement: PolicyAnnouncement,
    private readonly revocations: McpRevocations,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    health: McpHealth,
  ) {
    super(INTERVAL);
    health.watch(this);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  async round(): Promise<void> {
    const ended = this.ended().filter(({ key }) => !this.announced.has(key));
    if (ended.length === 0) return;
    await this.dataSource.transaction(async (manager) => {
      const news = await this.claim(ended, manager);
      for (const one of news) await this.announce(one, manager);
    });
    for (const { key } of ended) this.announced.add(key);
  }

  private ended(): Ended[] {
    const { policy, decisions } = this.policy.current;
    const now = this.clock.now();
    const rules = policy.rules.filter((rule) => hasEnded(rule, now));
    const over = decisions.all.filter((decision) => decision.outcome === 'approved' && isOver(decision, now));
    return [
      ...rules.map((rule) => ({ key: digest(rule), rule })),
      ...over.map((decision) => ({ key: digest(decision), decision })),
    ];
  }

  /** Those that nobody has announced yet. */
  private async claim(ended: readonly Ended[], manager: EntityManager): Promise<Ended[]> {
    const now = this.clock.now();
    const ends = manager.getRepository(AccessEnd);
    await ends.delete({ announcedAt: LessThan(new Date(now - MEMORY)) });
    const { raw } = await ends
      .createQueryBuilder()
      .insert()
      .values(ended.map(({ key }) => ({ key, announcedAt: new Date(now) })))
      .orIgnore()
      .returning('key')
      .execute();
    const keys = new Set((raw as { key: string }[]).map(({ key }) => key));
    return ended.filter(({ key }) => keys.delete(key));
  }

  private async announce(ended: Ended, manager: EntityManager): Promise<void> {
    if ('rule' in ended) {
      const { name: rule, resource, groups, until = null } = ended.rule;
      const userIds = await this.announcement.members([groups], manager);
      const grants = await this.revocations.policyChanged({ resources: [resource], userIds }, manager);
      return this.note({ action: 'rule.end', resource, detail: { rule, until, grants } }, manager);
    }
    const { kind, isClient, userId, until } = ended.decision;
    const grants = await this.revocations.policyChanged(affected(ended.decision), manager);
    const detail = { kind, target: userId || null, until: until?.toISOString() ?? null, grants };
    await this.note({ action: 'client.approval-end', clientId: isClient ? kind : null, detail }, manager);
  }

  private note(event: Omit<ServiceEvent, 'outcome'>, manager: EntityManager): Promise<void> {
    return this.audit.commit({ ...event, outcome: 'success' }, manager);
  }
}

function digest(ended: object): string {
  const words = Object.entries(ended).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(words)).digest('base64url');
}
