import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Clock } from 'nestjs-mcp-auth';
import { type CatalogGrant, GrantCatalog, type GrantFilter } from 'nestjs-mcp-auth/service-kit';
import { AuditTrail } from '../audit/audit-trail.js';
import { AdministratorChanges } from '../people/administrator-changes.js';
import type { User } from '../people/entities/user.entity.js';
import { requireSeen, type SeenConnections } from '../people/seen-connections.js';
import { Users } from '../people/users.js';
import type { Author } from '../web/author.js';
import {
  type Cursor,
  type CursorCheck,
  isTimeKey,
  type ListPage,
  listPage,
  PAGE_SIZE,
} from '../web/cursor.js';

/** More connections than these are not counted for a page of them. */
export const MOST_COUNTED = 1_000;
/** Milliseconds. */
const DAY = 86_400_000;

/** What a place in the list of connections can be. */
export const CONNECTION_PLACE: readonly CursorCheck[] = [isTimeKey, (value) => isUUID(value)];

/** Which connections: all of them, less what each member that is given leaves out. */
export interface ConnectionSelection {
  /** A single one: the id of any of its grants. */
  grant?: string;
  /** An email, an id or a subject. */
  person?: string;
  /** The id of an application, or a part of its name. */
  client?: string;
  /** Identifier of an MCP server. */
  server?: string;
  scope?: string;
  /** Not used in this many days. */
  unused?: number;
}

export interface ConnectionList extends ListPage<CatalogGrant> {
  /** One more than `MOST_COUNTED` where there are more. */
  count: number;
  /** By what the grants call them. */
  people: ReadonlyMap<string, User>;
}

export interface ConnectionCount extends SeenConnections {
  /** Null where they are not counted, since there are many. */
  people: number | null;
}

/** What people have connected: who can reach what with which application, and the end of it, at whatever door. */
@Injectable()
export class ConnectionAdministration {
  constructor(
    private readonly catalog: GrantCatalog,
    private readonly users: Users,
    private readonly changes: AdministratorChanges,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** One page, the last used first. */
  async list(selection: ConnectionSelection, cursor?: Cursor): Promise<ConnectionList> {
    const filter = await this.filter(selection);
    const window = { place: cursor, descending: true, limit: PAGE_SIZE + 1 };
    const found = await this.catalog.find(filter, MOST_COUNTED);
    const rows = found.grants === 0 ? [] : await this.catalog.page(filter, window, found);
    const ids = new Set(rows.flatMap(({ userId }) => userId ?? []));
    const users = ids.size === 0 ? [] : await this.users.all([...ids]);
    const people = new Map(users.map((user) => [user.subject, user]));
    return { ...listPage(rows, cursor, ({ key }) => key), count: found.grants, people };
  }

  /** How many connections of how many people there are: all of them; and when that was, for `seen` of `end`. */
  async count(selection: ConnectionSelection): Promise<ConnectionCount> {
    const at = new Date(this.clock.now());
    const { grants, people } = await this.catalog.count(await this.filter(selection));
    return { at, grants, people };
  }

  /**
   * Ends them, and the consent to them. How many there were.
   * @param seen what whoever decides has seen; what was connected since is left alone.
   * @throws ChangeRefused when they are more than were seen, with their number and nothing ended.
   */
  async end(author: Author, selection: ConnectionSelection, seen?: SeenConnections): Promise<number> {
    const filter = { ...(await this.filter(selection)), ...(seen && { madeBefore: seen.at }) };
    return this.changes.run(author, 'admin:connections', async (manager) => {
      const grants = await this.catalog.end(filter, manager);
      if (seen) requireSeen(grants, seen);
      if (grants === 0) return 0;
      const { person, client, server: resource, scope, unused, grant: grantId } = selection;
      const [target] = filter.userIds ?? [];
      const detail = { grants, target: person && target, client, scope, unused, grantId };
      const event = { action: 'grants.revoke', outcome: 'success', author, resource, detail } as const;
      await this.audit.commit(event, manager);
      return grants;
    });
  }

  private async filter(selection: ConnectionSelection): Promise<GrantFilter> {
    const { grant, person, client, server, scope, unused } = selection;
    if (grant !== undefined) return this.connectionOf(grant);
    const users = person === undefined ? undefined : await this.users.named(person);
    return {
      userIds: users?.map(({ subject }) => subject),
      client,
      resource: server,
      scope,
      unusedSince: unused === undefined ? undefined : new Date(this.clock.now() - unused * DAY),
    };
  }

  /** All that a person has given a client for a server; what nobody gave in a browser stands by itself. */
  private async connectionOf(grantId: string): Promise<GrantFilter> {
    const [grant] = await this.catalog.page({ grantId }, { descending: true, limit: 1 });
    if (grant?.kind !== 'person' || grant.userId === null) return { grantId };
    const { userId, clientId, resource } = grant;
    return { userIds: [userId], clientId, resource };
  }
}
