import { HttpStatus, Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { EntityManager } from 'typeorm';
import { McpClients, McpRevocations, McpServiceAccounts } from 'nestjs-mcp-auth';
import {
  type CatalogClient,
  type CatalogRow,
  ClientCatalog,
  type ClientFilter,
  type ClientHoldings,
  describeServiceAccounts,
} from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import type { ServiceEvent } from '../audit/service-event.js';
import { ALL_ADMIN_SCOPES } from '../config/admin-scopes.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { ChangeRefused } from '../people/change-refused.js';
import { linkTokenFor } from '../people/link-token.js';
import { Approvals } from '../policy/approvals.js';
import { type Author, nameOf } from '../web/author.js';
import { COUNT_LIMIT } from '../web/counted.js';
import {
  type Cursor,
  type CursorCheck,
  isTimeKey,
  type ListPage,
  listPage,
  PAGE_SIZE,
} from '../web/cursor.js';
import { type PageLink, Refusal } from '../web/refusal.js';
import type { Sorting } from '../web/sorting.js';
import { changeOf, type ClientExpectation } from './client-expectation.js';
import type { NewApplication, NewServiceAccount, ServiceAccountChange } from './new-clients.js';
import { inOneSentence, isSentence } from './in-one-sentence.js';

export const TO_CLIENTS: PageLink = { path: '/admin/clients', text: 'Back to the applications' };

/** What applications are sorted by. */
export const CLIENT_ORDERS = ['name', 'createdAt'] as const;
export type ClientOrder = (typeof CLIENT_ORDERS)[number];

/** What a place in the list of them can be. */
export const CLIENT_PLACE: Readonly<Record<ClientOrder, readonly CursorCheck[]>> = {
  name: [() => true, () => true],
  createdAt: [isTimeKey, () => true],
};

export interface ClientsQuery {
  filter: ClientFilter;
  sorting: Sorting<ClientOrder>;
  cursor?: Cursor;
}

/** Seconds of a week: the longest that two secrets work side by side. */
export const LONGEST_OVERLAP = 604_800;

/** The clients: what administrators see and change of them, at whatever door, each change with its line in the audit. */
@Injectable()
export class ClientAdministration {
  constructor(
    private readonly catalog: ClientCatalog,
    private readonly clients: McpClients,
    private readonly accounts: McpServiceAccounts,
    private readonly revocations: McpRevocations,
    private readonly changes: AdministratorChanges,
    private readonly approvals: Approvals,
    private readonly audit: AuditTrail,
  ) {}

  /** One page, and how many there are: one more than `COUNT_LIMIT` where there are more. */
  async list({ filter, sorting: { by, descending }, cursor }: ClientsQuery): Promise<ClientList> {
    const window = { place: cursor, descending, limit: PAGE_SIZE + 1 };
    const [found, count] = await Promise.all([
      this.catalog.page(filter, by, window),
      this.catalog.count(filter, COUNT_LIMIT),
    ]);
    return { ...listPage(found, cursor, ({ key }) => key), count };
  }

  /** @param id of its row. @throws Refusal for one that there is not. */
  async find(id: string): Promise<CatalogClient> {
    return known(await this.catalog.find(id));
  }

  /** @param name id of its row, or its `client_id`. @throws Refusal for one that there is not. */
  async named(name: string): Promise<CatalogClient> {
    return known(await (isUUID(name) ? this.catalog.find(name) : this.catalog.named(name)));
  }

  /** What a client has. */
  holdings({ clientId }: CatalogClient): Promise<ClientHoldings> {
    return this.catalog.holdings(clientId);
  }

  /**
   * Ends all that a client has, and keeps it from everything until it is unblocked, however it has changed meanwhile: many
   * change themselves, and would keep this off. @throws ChangeRefused when it is blocked.
   */
  block(author: Author, id: string): Promise<ChangedClient> {
    return this.changeState(author, id, undefined, async (client, manager) => {
      if (client.disabled) throw new ChangeRefused(changeOf(client));
      const { clientId } = client;
      const by = author.userId ?? author.clientId;
      const grants = await this.revocations.revokeClient(clientId, { disable: true, by }, manager);
      await this.note({ action: 'client.block', author, clientId, detail: { grants } }, manager);
    });
  }

  /** Lets it ask again; what ended stays so. @throws ChangeRefused when it is not blocked. */
  unblock(author: Author, id: string, expected?: ClientExpectation): Promise<ChangedClient> {
    return this.changeState(author, id, expected, async ({ clientId, disabled }, manager) => {
      if (!disabled) throw new ChangeRefused('This application is not blocked any more.');
      await this.clients.enable(clientId, manager);
      await this.note({ action: 'client.unblock', author, clientId }, manager);
    });
  }

  /** Ends all that a client has, and forgets it. @throws ChangeRefused for one of the configuration. */
  delete(author: Author, id: string, expected?: ClientExpectation): Promise<void> {
    return this.change(author, id, expected, async (client, manager) => {
      if (client.source === 'static')
        throw new ChangeRefused('This application stands in the configuration: take it away there.');
      const grants = await this.catalog.delete(client, manager);
      const { clientId } = client;
      await this.approvals.forget(clientId, manager);
      await this.note({ action: 'client.delete', author, clientId, detail: { grants } }, manager);
    });
  }

  /**
   * A new secret, which is shown this once.
   * @param overlap seconds for which the old one goes on working.
   * @throws ChangeRefused for a client without one, and for one of the configuration.
   */
  rotateSecret(author: Author, id: string, overlap: number, expected?: ClientExpectation): Promise<string> {
    if (!Number.isInteger(overlap) || overlap < 0 || overlap > LONGEST_OVERLAP)
      throw new Refusal(HttpStatus.BAD_REQUEST, 'The old secret goes on working for a week at most.');
    return this.change(author, id, expected, async ({ clientId, scopeCeiling }, manager) => {
      await this.confirmScopes(author, scopeCeiling ?? [], manager);
      const secret = await this.clients.rotateSecret(clientId, { overlap }, manager);
      if (secret === null)
        throw new ChangeRefused('This application has no secret that could be replaced here.');
      await this.note({ action: 'client.secret', author, clientId, detail: { overlap } }, manager);
      return secret;
    });
  }

  /** Adds a client that acts for people, or answers the one that the same form has added. @throws Refusal for a place that nobody may be sent to. */
  add(author: Author, { once, ...client }: NewApplication): Promise<AddedClient> {
    const { name, redirectUris } = client;
    if (redirectUris.length === 0)
      throw new Refusal(HttpStatus.BAD_REQUEST, 'Say where the application is returned to.');
    for (const uri of redirectUris) {
      const problem = this.catalog.redirectProblem(uri);
      if (problem !== null) throw new Refusal(HttpStatus.BAD_REQUEST, `“${uri}”: ${problem}`);
    }
    return this.changes.run(author, 'admin:clients', async (manager) => {
      const seed = linkTokenFor(once, nameOf(author), JSON.stringify(client));
      const { isNew, ...added } = await this.catalog.add({ ...client, seed }, manager);
      if (!isNew) return added;
      const { clientId } = added;
      const detail = { name, redirectUris };
      await this.note({ action: 'client.add', author, clientId, detail }, manager);
      // What a program enters waits for a person before it may administer.
      if (author.clientId === null)
        await this.approvals.agreeToEntered({ clientId, name, redirectUris }, author, manager);
      return added;
    });
  }

  /** Adds a client that acts for itself, or answers the one that the same form has added; its secret is shown this once. @throws ChangeRefused for an id that is taken. */
  async addServiceAccount(author: Author, { once, ...account }: NewServiceAccount): Promise<AddedClient> {
    const { clientId, scopes } = account;
    inOneSentence(() => describeServiceAccounts([account], [clientId]), HttpStatus.BAD_REQUEST);
    return this.changes.run(author, 'admin:clients', async (manager) => {
      await this.confirmScopes(author, scopes, manager);
      const secret = linkTokenFor(once, nameOf(author), JSON.stringify(account));
      if (!(await this.catalog.isKnown(clientId, manager)))
        await this.save(author, { ...account, clientSecret: secret }, manager);
      else if (!(await this.catalog.hasSecret(clientId, secret, manager)))
        throw new ChangeRefused(`There is a client called ${clientId} already: choose another id.`);
      const { id } = known(await this.catalog.named(clientId, manager));
      return { id, clientId, secret };
    });
  }

  /**
   * Gives a service account another name, other servers and other scopes; its tokens end where it may less or more.
   * @throws Refusal for what is none, and ChangeRefused for one of the configuration and one without a secret.
   */
  changeServiceAccount(
    author: Author,
    id: string,
    account: ServiceAccountChange,
    expected?: ClientExpectation,
  ): Promise<ChangedClient> {
    return this.changeState(author, id, expected, async (client, manager) => {
      const { clientId, kind, source, hasSecret, scopeCeiling } = client;
      if (kind !== 'service-account') throw new ChangeRefused('This application is no service account.');
      if (source === 'static')
        throw new ChangeRefused('This service account stands in the configuration: change it there.');
      if (!hasSecret)
        throw new ChangeRefused(
          'This service account proves itself by a key: change it where its key is set.',
        );
      const changed = { clientId, ...account };
      inOneSentence(() => describeServiceAccounts([changed], [clientId]), HttpStatus.BAD_REQUEST);
      await this.confirmScopes(author, [...(scopeCeiling ?? []), ...account.scopes], manager);
      await this.save(author, changed, manager);
    });
  }

  private async save(
    author: Author,
    account: NewServiceAccount & { clientSecret?: string },
    manager: EntityManager,
  ): Promise<void> {
    const { clientId, resources, scopes } = account;
    await this.accounts.save(account, manager).catch((error: unknown) => {
      throw isSentence(error) ? new ChangeRefused(error.message) : error;
    });
    const detail = { resources, scopes, authMethod: 'client_secret_basic' };
    await this.note({ action: 'service-account.change', author, clientId, detail }, manager);
  }

  /** Whoever has the secret of an account may what it may: nobody gets one that administers more than they do. */
  private confirmScopes(author: Author, scopes: readonly string[], manager: EntityManager): Promise<void> {
    const administering = ALL_ADMIN_SCOPES.filter((scope) => scopes.includes(scope));
    return this.changes.confirmAll(author, administering, manager);
  }

  /** What the client is then is read in the transaction: after it, it could fail, and say that nothing was done. */
  private changeState(
    author: Author,
    id: string,
    expected: ClientExpectation | undefined,
    work: (client: CatalogClient, manager: EntityManager) => Promise<void>,
  ): Promise<ChangedClient> {
    return this.change(author, id, expected, async (before, manager) => {
      await work(before, manager);
      const client = known(await this.catalog.hold(id, manager));
      return { client, holdings: await this.catalog.holdings(client.clientId, manager) };
    });
  }

  private change<Result>(
    author: Author,
    id: string,
    expected: ClientExpectation | undefined,
    work: (client: CatalogClient, manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    return this.changes.run(author, 'admin:clients', async (manager) => {
      const client = known(await this.catalog.hold(id, manager));
      expected?.(client);
      return work(client, manager);
    });
  }

  private note(event: Omit<ServiceEvent, 'outcome'>, manager: EntityManager): Promise<void> {
    return this.audit.commit({ ...event, outcome: 'success' }, manager);
  }
}

export interface ClientList extends ListPage<CatalogRow> {
  count: number;
}

/** A client as somebody has changed it, and what it has. */
export interface ChangedClient {
  client: CatalogClient;
  holdings: ClientHoldings;
}

export interface AddedClient {
  /** Of its row. */
  id: string;
  clientId: string;
  /** Null for one without. */
  secret: string | null;
}

function known(client: CatalogClient | null): CatalogClient {
  if (client) return client;
  throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such application any more.', TO_CLIENTS);
}
