import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { Users } from '../people/users.js';
import { type Author, nameOf } from '../web/author.js';
import { Refusal } from '../web/refusal.js';
import { type DecisionKey, DecisionStore } from './decision-store.js';
import type { ApprovalRequest } from './entities/approval-request.entity.js';
import type { ClientDecision } from './entities/client-decision.entity.js';
import { RequestStore, type WaitingKind } from './request-store.js';
import { type SeenClient, SeenClients } from './seen-clients.js';
import { TO_APPLICATIONS } from './to-applications.js';

/** What an administrator decides about a client that they see. */
export interface Decision {
  outcome: ClientDecision['outcome'];
  clientId: string;
  /** What they saw of it, by `SeenClient`. */
  shown: string;
  /** One of the kinds that it is of; null for this client alone. */
  kind: string | null;
  /** The subject of the person whom alone it is for; null for everybody. */
  userId: string | null;
  /** Null for no end. */
  until: Date | null;
}

/** The client is not the one that somebody has seen. */
export class ClientChanged extends Refusal {
  constructor(readonly clientId: string) {
    super(
      HttpStatus.CONFLICT,
      'The application has changed since this page was shown. Look at it again, and decide then.',
      TO_APPLICATIONS,
    );
  }
}

/** What administrators say of clients, through whichever door they come. */
@Injectable()
export class Approvals {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly store: DecisionStore,
    private readonly requests: RequestStore,
    private readonly clients: SeenClients,
    private readonly users: Users,
    private readonly administrators: AdministratorChanges,
    private readonly revocations: McpRevocations,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** How many kinds of clients somebody waits for. */
  waiting(): Promise<number> {
    return this.requests.count();
  }

  /** Those kinds, the last first. */
  kinds(limit: number): Promise<WaitingKind[]> {
    return this.requests.kinds(limit);
  }

  /** What a person, by their subject, waits for, the last first. */
  waitedForBy(userId: string): Promise<ApprovalRequest[]> {
    return this.requests.ofPerson(userId);
  }

  /** What was decided, the newest first. */
  decided(): Promise<ClientDecision[]> {
    return this.store.all();
  }

  /**
   * Approves or refuses what somebody has seen, and nothing else: whoever waits for it goes on at once.
   * @throws ClientChanged where the client is another by now.
   */
  async decide(decision: Decision, by: Author): Promise<void> {
    const { outcome, clientId, shown, until } = decision;
    if (until && until.getTime() <= this.clock.now())
      throw wrong('The end has passed already: name a later one.');
    const seen = await this.clients.find(clientId);
    if (!seen || seen.shown !== shown) throw new ClientChanged(clientId);
    const key = keyOf(decision, seen);
    if (key.userId !== '' && (await this.users.all([key.userId])).length === 0)
      throw wrong('There is no such person.');
    await this.dataSource.transaction(async (manager) => {
      await this.administrators.confirm(by, 'admin:policy', manager);
      const row: ClientDecision = {
        ...key,
        outcome,
        clientName: key.isClient ? seen.client.name : null,
        redirectHosts: key.isClient ? [...seen.redirectHosts] : null,
        until,
        decidedAt: new Date(this.clock.now()),
        decidedBy: nameOf(by),
      };
      const waited = await this.requests.settle({ ...key, clientId }, manager);
      const before = await this.store.put(row, manager);
      // Who refuses is right whoever was first; who approves must still have somebody to approve it for.
      if (outcome === 'approved' && waited === 0 && before?.outcome !== 'approved')
        throw new Refusal(
          HttpStatus.CONFLICT,
          'Nobody waits for this application any more: somebody else has decided, or it is gone.',
          TO_APPLICATIONS,
        );
      // What is allowed for the first time takes nothing from anybody.
      const isMore = outcome === 'approved' && before === null;
      await this.revocations.policyChanged(isMore ? { clientIds: [] } : affected(key), manager);
      const action = outcome === 'approved' ? 'client.approve' : 'client.refuse';
      const detail = { ...said(key), until: until?.toISOString() ?? null };
      await this.audit.commit({ action, outcome: 'success', author: by, clientId, detail }, manager);
    });
  }

  /** Takes a decision back: an approval gives nothing any more, and after a refusal people may wait again. */
  async takeBack(key: DecisionKey, by: Author): Promise<ClientDecision | null> {
    return this.dataSource.transaction(async (manager) => {
      await this.administrators.confirm(by, 'admin:policy', manager);
      const taken = await this.store.take(key, manager);
      if (!taken) return null;
      await this.revocations.policyChanged(affected(key), manager);
      const clientId = key.isClient ? key.kind : null;
      const detail = { ...said(key), decision: taken.outcome };
      await this.audit.commit(
        { action: 'client.take-back', outcome: 'success', author: by, clientId, detail },
        manager,
      );
      return taken;
    });
  }
}

function keyOf({ kind, clientId, userId }: Decision, { kinds }: SeenClient): DecisionKey {
  if (kind !== null && !kinds.includes(kind)) throw wrong('The application is not of that kind.');
  return { kind: kind ?? clientId, isClient: kind === null, userId: userId ?? '' };
}

/** Whose tokens are judged again. */
export function affected({ kind, isClient, userId }: DecisionKey) {
  return { ...(isClient && { clientIds: [kind] }), ...(userId !== '' && { userIds: [userId] }) };
}

function said({ kind, userId }: DecisionKey) {
  return { kind, target: userId || null };
}

function wrong(sentence: string): Refusal {
  return new Refusal(HttpStatus.BAD_REQUEST, sentence, TO_APPLICATIONS);
}
