import { HttpStatus, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpRevocations } from 'nestjs-mcp-auth';
import { redirectHost } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import { readKind } from '../config/client-selector.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { Users } from '../people/users.js';
import { type Author, nameOf } from '../web/author.js';
import type { Cursor, ListPage } from '../web/cursor.js';
import { formText } from '../web/form-text.js';
import { Refusal } from '../web/refusal.js';
import { isOver } from './client-decisions.js';
import { decisionPage } from './decision-page.js';
import { type DecisionKey, DecisionStore } from './decision-store.js';
import type { ApprovalRequest } from './entities/approval-request.entity.js';
import type { ClientDecision } from './entities/client-decision.entity.js';
import { RequestStore, type WaitingKind } from './request-store.js';
import { type SeenClient, SeenClients } from './seen-clients.js';
import { TO_APPLICATIONS } from './to-applications.js';

/** What an administrator decides. */
export interface Decision {
  outcome: ClientDecision['outcome'];
  /** Whom alone it is for: an email, an id or a subject; null for everybody. */
  person: string | null;
  /** Null for no end. */
  until: Date | null;
}

/** Looks at a client that is about to be decided, and throws where it is not what somebody has seen. */
export type ExpectedClient = (seen: SeenClient) => void;

/** The same of a decision that is about to be taken back. */
export type ExpectedDecision = (decision: ClientDecision) => void;

/** Clients that wait, with all that is known of one of them. */
export interface WaitingClient {
  request: ApprovalRequest;
  /** Everybody who waits for clients of that kind. */
  others: ApprovalRequest[];
  /** The client as it is now; null where nothing can be learned of it. */
  seen: SeenClient | null;
}

/** The client is not the one that somebody has seen, as far as anybody can say. */
export class ClientChanged extends Refusal {
  constructor(
    sentence = 'The application has changed since this page was shown. Look at it again, and decide then.',
  ) {
    super(HttpStatus.CONFLICT, sentence, TO_APPLICATIONS);
  }
}

const NOTHING_KNOWN =
  'Nothing can be learned of this application at the moment: it is gone, or its metadata cannot be read. It can be decided when it is there again.';

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

  /** Those kinds page by page, the last first. */
  kinds(cursor?: Cursor): Promise<ListPage<WaitingKind>> {
    return this.requests.kinds(cursor);
  }

  /** What a person, by their subject, waits for, the last first. */
  waitedForBy(userId: string): Promise<ApprovalRequest[]> {
    return this.requests.ofPerson(userId);
  }

  /** What was decided page by page, the newest first, and how much there is on all pages. */
  async decisions(cursor?: Cursor): Promise<ListPage<ClientDecision> & { count: number }> {
    const all = await this.store.all();
    return { ...decisionPage(all, cursor), count: all.length };
  }

  /** All of it, the newest first. */
  decided(): Promise<ClientDecision[]> {
    return this.store.all();
  }

  /** One of those who wait; null where nobody does any more. */
  async waitingClient(id: string): Promise<WaitingClient | null> {
    const request = await this.requests.find(formText(id) ?? '');
    if (!request) return null;
    const [seen, others] = await Promise.all([
      this.clients.find(request.clientId),
      this.requests.ofKind(request.kind),
    ]);
    return { request, others, seen };
  }

  /**
   * Approves or refuses what somebody has seen, and nothing else: whoever waits for it goes on at once.
   * @param kind one of the kinds that the client is of; null for this client alone.
   * @throws ClientChanged where nothing can be learned of the client, and what `expected` throws of another one.
   */
  async decide(
    clientId: string,
    expected: ExpectedClient,
    kind: string | null,
    decision: Decision,
    by: Author,
  ): Promise<ClientDecision> {
    const seen = await this.clients.find(clientId);
    if (!seen) throw new ClientChanged(NOTHING_KNOWN);
    expected(seen);
    if (kind !== null && !seen.kinds.includes(kind)) throw wrong('The application is not of that kind.');
    const what = kind === null ? ofClient(seen.client) : ofKind(kind);
    return this.dataSource.transaction(async (manager) => {
      await this.administrators.confirm(by, 'admin:policy', manager);
      const row = await this.row(what, decision, by, manager);
      const waited = await this.requests.settle(row, clientId, manager);
      const before = await this.store.put(row, manager);
      // Who refuses is right whoever was first; who approves must still have somebody to approve it for.
      if (row.outcome === 'approved' && waited === 0 && before?.outcome !== 'approved')
        throw new Refusal(
          HttpStatus.CONFLICT,
          'Nobody waits for this application any more: somebody else has decided, or it is gone.',
          TO_APPLICATIONS,
        );
      await this.announce(row, before, { clientId, by }, manager);
      return row;
    });
  }

  /**
   * Approves or refuses a kind of clients before anybody asks for one; those who wait for it go on at once. The same
   * decision again changes nothing.
   * @throws Refusal with what is wrong with the kind, and where another decision about it is in force.
   */
  async decideBeforehand(text: string, decision: Decision, by: Author): Promise<ClientDecision> {
    const kind = readKind(text);
    if (kind === null)
      throw wrong(
        'The kind must be a host such as https://claude.ai/, or the name of a program such as loopback:Claude Code.',
      );
    return this.dataSource.transaction(async (manager) => {
      await this.administrators.confirm(by, 'admin:policy', manager);
      const row = await this.row(ofKind(kind), decision, by, manager);
      const before = await this.store.find(row, manager);
      if (before && !isOver(before, this.clock.now())) {
        if (isSame(before, row)) return before;
        throw new Refusal(
          HttpStatus.CONFLICT,
          `These applications are ${before.outcome} already: take that back first.`,
          TO_APPLICATIONS,
        );
      }
      await this.store.put(row, manager);
      await this.requests.settle(row, null, manager);
      await this.announce(row, before, { clientId: null, by }, manager);
      return row;
    });
  }

  /** Agrees to a client that somebody has just entered at a page, as they entered it. */
  async agreeToEntered(client: DecidedClient, by: Author, manager: EntityManager): Promise<void> {
    await this.administrators.confirm(by, 'admin:policy', manager);
    const forAll = { outcome: 'approved', person: null, until: null } as const;
    const row = await this.row(ofClient(client), forAll, by, manager);
    const before = await this.store.put(row, manager);
    await this.announce(row, before, { clientId: client.clientId, by }, manager);
  }

  /** Forgets who waits for a client that is gone, and that somebody agreed to it. */
  async forget(clientId: string, manager: EntityManager): Promise<void> {
    await this.requests.forgetClient(clientId, manager);
    if (await this.store.forgetApprovals(clientId, manager))
      await this.revocations.policyChanged({ clientIds: [] }, manager);
  }

  /**
   * Takes a decision back: an approval gives nothing any more, and after a refusal people may wait again. Null where there
   * is none. @throws what `expected` throws of another one than was seen.
   */
  async takeBack(key: DecisionKey, expected: ExpectedDecision, by: Author): Promise<ClientDecision | null> {
    return this.dataSource.transaction(async (manager) => {
      await this.administrators.confirm(by, 'admin:policy', manager);
      const taken = await this.store.take(key, manager);
      if (!taken) return null;
      expected(taken);
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

  private async row(
    what: Pick<ClientDecision, 'kind' | 'isClient' | 'clientName' | 'redirectHosts'>,
    { outcome, person, until }: Decision,
    by: Author,
    manager: EntityManager,
  ): Promise<ClientDecision> {
    const now = this.clock.now();
    if (until && until.getTime() <= now) throw wrong('The end has passed already: name a later one.');
    const userId = person === null ? '' : await this.subjectOf(person, manager);
    const atPage = by.clientId === null;
    return { ...what, userId, outcome, until, decidedAt: new Date(now), decidedBy: nameOf(by), atPage };
  }

  /** Of somebody who is there until the transaction ends. */
  private async subjectOf(person: string, manager: EntityManager): Promise<string> {
    const [user, ...others] = await this.users.named(person, manager);
    if (!user) throw wrong('There is no such person.');
    if (others.length > 0) throw wrong('This means several people: give an id.');
    return user.subject;
  }

  /** Makes a decision felt, and writes it down. */
  private async announce(
    decision: ClientDecision,
    before: ClientDecision | null,
    { clientId, by }: { clientId: string | null; by: Author },
    manager: EntityManager,
  ): Promise<void> {
    const { outcome, until } = decision;
    // What is allowed for the first time takes nothing from anybody.
    const isMore = outcome === 'approved' && before === null;
    await this.revocations.policyChanged(isMore ? { clientIds: [] } : affected(decision), manager);
    const action = outcome === 'approved' ? 'client.approve' : 'client.refuse';
    const detail = { ...said(decision), until: until?.toISOString() ?? null };
    await this.audit.commit({ action, outcome: 'success', author: by, clientId, detail }, manager);
  }
}

/** What a decision keeps of the client that it is about. */
type DecidedClient = Pick<SeenClient['client'], 'clientId' | 'name' | 'redirectUris'>;

function ofClient({ clientId, name, redirectUris }: DecidedClient) {
  const redirectHosts = [...new Set(redirectUris.map(redirectHost))].toSorted();
  return { kind: clientId, isClient: true, clientName: name, redirectHosts };
}

function ofKind(kind: string) {
  return { kind, isClient: false, clientName: null, redirectHosts: null };
}

function isSame(one: ClientDecision, other: ClientDecision): boolean {
  return one.outcome === other.outcome && one.until?.getTime() === other.until?.getTime();
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
