import { createHash } from 'node:crypto';
import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { McpResources, type ProtectedResource, type ResourceCredentials } from 'nestjs-mcp-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import { ChangeRefused } from '../people/change-refused.js';
import type { Author } from '../web/author.js';
import { type Cursor, type CursorCheck, type ListPage, pageOf } from '../web/cursor.js';
import { Refusal } from '../web/refusal.js';
import { draftProblem, type ServerDraft } from './server-draft.js';

/** Seconds for which a secret that is replaced goes on working, unless it has leaked. */
const OVERLAP = 86_400;

/** What a place in the list of servers can be. */
export const SERVER_CURSOR: readonly CursorCheck[] = [() => true];

/** An MCP server as administrators see it. */
export interface Server extends ProtectedResource {
  /** Whether the configuration sets it: it is changed there, and only its state here. */
  isConfigured: boolean;
  /** Of its definition and state: another one after every change. */
  version: string;
}

/** Looks at a server that is about to be changed, and throws where it is not what its author has seen. */
export type ExpectedServer = (server: Server) => void;

/** The MCP servers: added, changed, disabled and enabled, and the credentials by which they introspect. */
@Injectable()
export class ServerChanges {
  private readonly logger = new Logger(ServerChanges.name);

  constructor(
    private readonly resources: McpResources,
    private readonly administrators: AdministratorChanges,
    private readonly audit: AuditTrail,
  ) {}

  /** All of them; the first is the default. */
  list(): Server[] {
    return this.resources.all().map((resource) => this.describe(resource));
  }

  /** A page of those that have a text in their name or address, in the same order. @param cursor with an identifier. */
  page(search = '', cursor?: Cursor): ListPage<Server> {
    const text = search.toLowerCase();
    const found = this.list().filter(({ name, identifier }) =>
      [name, identifier].some((one) => one.toLowerCase().includes(text)),
    );
    return pageOf(found, cursor, ({ identifier }) => identifier);
  }

  /** @throws Refusal when there is no such server. */
  find(identifier: string): Server {
    return this.findAmong(this.resources.all(), identifier);
  }

  private findAmong(all: readonly ProtectedResource[], identifier: string): Server {
    const found = all.find((resource) => resource.identifier === identifier);
    if (found) return this.describe(found);
    throw new Refusal(HttpStatus.NOT_FOUND, 'There is no such MCP server.', {
      path: '/admin/servers',
      text: 'Back to the MCP servers',
    });
  }

  /** Of those that have any. */
  async credentialsOf(identifier: string): Promise<ResourceCredentials[]> {
    return (await this.resources.credentials()).filter(({ resource }) => resource === identifier);
  }

  /** How many connections end when it is disabled, as far as `limit`. */
  connections(identifier: string, limit: number): Promise<number> {
    return this.resources.countGrants(identifier, limit);
  }

  /**
   * Adds a server. @throws Refusal with what is wrong with it. @throws ChangeRefused when there is one of this address.
   */
  add(author: Author, draft: ServerDraft): Promise<Server> {
    return this.change(author, async (manager) => {
      check(draft);
      if (this.resources.find(draft.identifier))
        throw new ChangeRefused('There is an MCP server of this address already.');
      return this.save(author, draft, manager);
    });
  }

  /**
   * Puts another definition in the place of a server's; its state stays.
   * @throws Refusal with what is wrong with it, and what `expected` throws of another one than was seen.
   */
  update(author: Author, draft: ServerDraft, expected: ExpectedServer): Promise<Server> {
    return this.change(author, async (manager) => {
      check(draft);
      const known = this.find(draft.identifier);
      if (known.isConfigured)
        throw new ChangeRefused('This server is set by the configuration of the service: change it there.');
      expected(known);
      const { enabled, maxAge } = known;
      // What an earlier configuration asked of sign-ins is no part of the draft, and stays.
      return this.save(author, { ...draft, enabled, ...(maxAge !== null && { maxAge }) }, manager);
    });
  }

  /** As it is then, and whether it was otherwise before. @throws what `expected` throws of another one than was seen. */
  setEnabled(
    author: Author,
    identifier: string,
    enabled: boolean,
    expected: ExpectedServer,
  ): Promise<Server & { hasChanged: boolean }> {
    return this.change(author, async (manager) => {
      const known = this.find(identifier);
      expected(known);
      const { identifier: resource } = known;
      const work = enabled
        ? this.resources.enable(resource, manager)
        : this.resources.disable(resource, manager);
      if (!(await work)) return { ...known, hasChanged: false };
      const action = enabled ? 'resource.enable' : 'resource.disable';
      await this.audit.commit({ action, outcome: 'success', author, resource }, manager);
      return { ...(await this.foundIn(manager, resource)), hasChanged: true };
    });
  }

  /**
   * A new secret for the server's introspection, shown once. @param leaked the one before ends at once.
   * @throws ChangeRefused for one that the configuration sets.
   */
  async renewCredentials(
    author: Author,
    identifier: string,
    leaked = false,
  ): Promise<{ clientId: string; clientSecret: string }> {
    return this.change(author, async (manager) => {
      const { identifier: resource, isConfigured } = this.find(identifier);
      if (isConfigured)
        throw new ChangeRefused(
          'The credentials of this server stand in the configuration: change them there.',
        );
      const overlap = leaked ? 0 : OVERLAP;
      const credentials = await this.resources.renewCredentials(resource, { overlap, transaction: manager });
      const { clientId } = credentials;
      const event = { action: 'resource.credentials', outcome: 'success', author, resource } as const;
      await this.audit.commit({ ...event, detail: { clientId, overlap } }, manager);
      return credentials;
    });
  }

  /**
   * Takes in at once what the transaction has changed; other replicas hear of it within a second, and so does this one
   * where the database goes away in between: what is done is done, and a secret is answered once.
   */
  private async change<Result>(
    author: Author,
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    const result = await this.administrators.run(author, 'admin:servers', async (manager) => {
      await this.resources.reload(manager);
      return work(manager);
    });
    await this.resources.reload().catch((error: unknown) => {
      this.logger.warn(`The MCP servers have changed, which the feed brings: ${String(error)}`);
    });
    return result;
  }

  private async save(
    author: Author,
    draft: ServerDraft & { enabled?: boolean; maxAge?: number },
    manager: EntityManager,
  ): Promise<Server> {
    const { identifier: resource, enabled = true } = draft;
    await this.resources.save(draft, manager);
    const event = { action: 'resource.change', outcome: 'success', author, resource } as const;
    await this.audit.commit(
      { ...event, detail: { enabled, scopes: Object.keys(draft.scopes ?? {}) } },
      manager,
    );
    return this.foundIn(manager, resource);
  }

  private async foundIn(manager: EntityManager, identifier: string): Promise<Server> {
    return this.findAmong(await this.resources.allIn(manager), identifier);
  }

  private describe(resource: ProtectedResource): Server {
    const version = createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22);
    return { ...resource, isConfigured: this.resources.isConfigured(resource.identifier), version };
  }
}

function check(draft: ServerDraft): void {
  const problem = draftProblem(draft);
  if (problem !== null) throw new Refusal(HttpStatus.BAD_REQUEST, problem);
}
