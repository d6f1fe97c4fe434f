import { HttpStatus, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { McpClients, McpRevocations, McpServiceAccounts } from 'nestjs-mcp-auth';
import {
  type CatalogClient,
  ClientCatalog,
  type ClientFilter,
  type ClientHoldings,
  describeServiceAccounts,
} from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import { ALL_ADMIN_SCOPES } from '../config/admin-scopes.js';
import type { ServiceEvent } from '../audit/service-event.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { ChangeRefused } from '../people/change-refused.js';
import type { Author } from '../web/author.js';
import { COUNT_LIMIT } from '../web/counted.js';
import { type Cursor, type ListPage, listPage, PAGE_SIZE } from '../web/cursor.js';
import { type PageLink, Refusal } from '../web/refusal.js';
import type { Sorting } from '../web/sorting.js';

export const TO_CLIENTS: PageLink = { path: '/admin/clients', text: 'Applications' };

/** What applications are sorted by. */
export type ClientOrder = 'name' | 'createdAt';

export interface ClientsQuery {
  filter: ClientFilter;
  sorting: Sorting<ClientOrder>;
  cursor?: Cursor;
}

export interface NewApplication {
  name: string;
  redirectUris: readonly string[];
  /** Whether it keeps a secret. */
  confidential: boolean;
}

export interface NewServiceAccount {
  clientId: string;
  name?: string;
  /** Identifiers of MCP servers: the only ones it ever gets tokens for. */
  resources: readonly string[];
  /** The most its tokens ever allow. */
  scopes: readonly string[];
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

  /** What a client has. */
  holdings({ clientId }: CatalogClient): Promise<ClientHoldings> {
    return this.catalog.holdings(clientId);
  }

  /**
   * Ends all that a client has, and keeps it from everything until it is unblocked, however it has changed meanwhile: many
   * change themselves, and would keep this off. @throws ChangeRefused when it is blocked.
   */
  block(author: Author, id: string): Promise<void> {
    return this.change(author, id, undefined, async (client, manager) => {
      if (client.disabled) throw new ChangeRefused(changeOf(client));
      const { clientId } = client;
      const by = author.userId ?? author.clientId;
      const grants = await this.revocations.revokeClient(clientId, { disable: true, by }, manager);
      await this.note({ action: 'client.block', author, clientId, detail: { grants } }, manager);
    });
  }

  /**
   * Lets it ask again; what ended stays so.
   * @param seen when it had last changed for whoever decides. @throws ChangeRefused when it has since, or is not blocked.
   */
  unblock(author: Author, id: string, seen?: Date): Promise<void> {
    return this.change(author, id, seen, async ({ clientId, disabled }, manager) => {
      if (!disabled) throw new ChangeRefused('This application is not blocked any more.');
      await this.clients.enable(clientId, manager);
      await this.note({ action: 'client.unblock', author, clientId }, manager);
    });
  }

  /** Ends all that a client has, and forgets it. @throws ChangeRefused for one of the configuration. */
  delete(author: Author, id: string, seen?: Date): Promise<void> {
    return this.change(author, id, seen, async (client, manager) => {
      if (client.source === 'static')
        throw new ChangeRefused('This application stands in the configuration: take it away there.');
      const grants = await this.catalog.delete(client, manager);
      const { clientId } = client;
      await this.note({ action: 'client.delete', author, clientId, detail: { grants } }, manager);
    });
  }

  /**
   * A new secret, which is shown this once.
   * @param overlap seconds for which the old one goes on working.
   * @throws ChangeRefused for a client without one, and for one of the configuration.
   */
  rotateSecret(author: Author, id: string, overlap: number, seen?: Date): Promise<string> {
    if (!Number.isInteger(overlap) || overlap < 0 || overlap > LONGEST_OVERLAP)
      throw new Refusal(HttpStatus.BAD_REQUEST, 'The old secret goes on working for a week at most.');
    return this.change(author, id, seen, async ({ clientId, scopeCeiling }, manager) => {
      await this.confirmScopes(author, scopeCeiling ?? [], manager);
      const secret = await this.clients.rotateSecret(clientId, { overlap }, manager);
      if (secret === null)
        throw new ChangeRefused('This application has no secret that could be replaced here.');
      await this.note({ action: 'client.secret', author, clientId, detail: { overlap } }, manager);
      return secret;
    });
  }

  /** Adds a client that acts for people. @throws Refusal for a place that nobody may be sent to. */
  add(author: Author, { name, redirectUris, confidential }: NewApplication): Promise<AddedClient> {
    if (redirectUris.length === 0)
      throw new Refusal(HttpStatus.BAD_REQUEST, 'Say where the application is returned to.');
    for (const uri of redirectUris) {
      const problem = this.catalog.redirectProblem(uri);
      if (problem !== null) throw new Refusal(HttpStatus.BAD_REQUEST, `“${uri}”: ${problem}`);
    }
    return this.changes.run(author, 'admin:clients', async (manager) => {
      const added = await this.catalog.add({ name, redirectUris, confidential }, manager);
      const { clientId } = added;
      const detail = { name, redirectUris };
      await this.note({ action: 'client.add', author, clientId, detail }, manager);
      return added;
    });
  }

  /** Adds a client that acts for itself, and answers its secret, which is shown this once. */
  async addServiceAccount(author: Author, account: NewServiceAccount): Promise<string> {
    const { clientId, resources, scopes } = account;
    inOneSentence(() => describeServiceAccounts([account], [clientId]), HttpStatus.BAD_REQUEST);
    return this.changes.run(author, 'admin:clients', async (manager) => {
      await this.confirmScopes(author, scopes, manager);
      if (await this.catalog.isKnown(clientId, manager))
        throw new ChangeRefused(`There is a client called ${clientId} already: choose another id.`);
      const secret = await this.accounts.save(account, manager).catch((error: unknown) => {
        throw isSentence(error) ? new ChangeRefused(error.message) : error;
      });
      const detail = { resources, scopes, authMethod: 'client_secret_basic' };
      await this.note({ action: 'service-account.change', author, clientId, detail }, manager);
      return secret ?? '';
    });
  }

  /** Whoever has the secret of an account may what it may: nobody gets one that administers more than they do. */
  private async confirmScopes(
    author: Author,
    scopes: readonly string[],
    manager: EntityManager,
  ): Promise<void> {
    for (const scope of ALL_ADMIN_SCOPES)
      if (scopes.includes(scope)) await this.changes.confirm(author, scope, manager);
  }

  private change<Result>(
    author: Author,
    id: string,
    seen: Date | undefined,
    work: (client: CatalogClient, manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    return this.changes.run(author, 'admin:clients', async (manager) => {
      const client = known(await this.catalog.hold(id, manager));
      if (seen && seen.getTime() !== client.updatedAt.getTime()) throw new ChangeRefused(changeOf(client));
      return work(client, manager);
    });
  }

  private note(event: Omit<ServiceEvent, 'outcome'>, manager: EntityManager): Promise<void> {
    return this.audit.commit({ ...event, outcome: 'success' }, manager);
  }
}

export interface ClientList extends ListPage<CatalogClient> {
  count: number;
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

/** What has happened to a client that somebody looked at before. */
function changeOf({ disabled, blockedAt, updatedAt }: CatalogClient): string {
  const at = (disabled && blockedAt ? blockedAt : updatedAt).toISOString().slice(0, 16).replace('T', ' ');
  const what = disabled ? 'was blocked' : 'was changed';
  return `This application ${what} meanwhile, at ${at} UTC. Nothing was done: look at it again first.`;
}

/** Complaints of the library that a person can read. */
function isSentence(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error;
}

function inOneSentence(work: () => unknown, status: HttpStatus): void {
  try {
    work();
  } catch (error) {
    throw isSentence(error) ? new Refusal(status, error.message) : error;
  }
}
