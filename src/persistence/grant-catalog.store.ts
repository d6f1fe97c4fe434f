import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { endedGrants } from './delegated-grants.js';
import type { GrantKind } from './entities/oauth-grant.entity.js';
import { heldToRevoke } from './grant-lock.js';
import { equalText } from './hashed-text.js';
import { holding, type ListWindow, type SortColumn, StatementValues, windowSql } from './list-window.js';

/** Which living grants: all of them, less what each member that is given leaves out. */
export interface GrantFilter {
  grantId?: string;
  /** Of people, and of no service account. Default false. */
  ofPeople?: boolean;
  /** Of these people. */
  userIds?: readonly string[];
  clientId?: string;
  /** The id of a client, or a part of its name. */
  client?: string;
  /** Identifier. */
  resource?: string;
  scope?: string;
  /** Not used since. */
  unusedSince?: Date;
  /** Made before. */
  madeBefore?: Date;
}

/** A living grant as administrators see it. */
export interface CatalogGrant {
  grantId: string;
  kind: GrantKind;
  userId: string | null;
  clientId: string;
  clientName: string | null;
  /** Of the client's row. */
  clientRow: string;
  resource: string;
  scopes: string[];
  createdAt: Date;
  lastUsedAt: Date;
  /** For `place` of a list. */
  key: string[];
}

/** How many grants a filter finds. */
export interface GrantCount {
  grants: number;
  /** Null where it finds more than `MOST_GRANTS_COUNTED`: to tell the people of many apart takes as long again. */
  people: number | null;
}

/** What a filter finds where that is little. */
export interface FoundGrants {
  /** One more than were asked for where there are more. */
  grants: number;
  /** All of them; null where there are more. */
  ids: readonly string[] | null;
  /** Clients that `client` of the filter names; 0 without it. */
  clients: number;
}

const LAST_USED = 'COALESCE(g."lastUsedAt", g."createdAt")';
const BY_USE: readonly SortColumn[] = [
  { sql: LAST_USED, type: 'timestamptz' },
  { sql: 'g."id"', type: 'uuid' },
];
/** A server with two grants is read otherwise than one with half of all. */
const BY_VALUES = { isPrepared: false };
/** Of more grants people are not counted. */
export const MOST_GRANTS_COUNTED = 10_000;
/** Clients of which each is asked for its last used grants. */
const FEW_CLIENTS = 50;
/** Grants that one statement ends: each statement has its deadline. */
const BATCH = 10_000;

/** The living grants of everybody, for those who administer them. */
@Injectable()
export class GrantCatalogStore {
  constructor(private readonly database: Database) {}

  /**
   * Those next to a place by when they were used last, nearest first.
   * @param found what the filter finds, which says along which index they are read.
   */
  page(filter: GrantFilter, window: ListWindow, now: Date, found?: FoundGrants): Promise<CatalogGrant[]> {
    const values = new StatementValues();
    const { key, condition, order } = windowSql(BY_USE, window, values);
    const build = (table: (name: string) => string) => {
      const { source, rest } = reading(table, filter, found, values);
      const where = `${conditions(table, rest, now, values)} AND ${condition}`;
      return `
      SELECT ${key} AS "key", g."id" AS "grantId", g."kind", g."userId", g."clientId", a."name" AS "clientName",
        a."id" AS "clientRow", g."resource", g."scopes", g."createdAt", ${LAST_USED} AS "lastUsedAt"
      FROM ${source(where, order)} JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
      ${order}`;
    };
    const statement = this.database.statement('catalog-grants', build, BY_VALUES);
    return this.database.rows(statement, values.all);
  }

  /** How many: `most + 1` where there are more; all of them are counted without it. */
  async count(filter: GrantFilter, now: Date, most?: number): Promise<GrantCount> {
    const values = new StatementValues();
    const build = (table: (name: string) => string) => {
      const limit = most === undefined ? '' : `LIMIT ${values.place(most + 1)}`;
      const { named, found } = lookup(table, filter, now, values);
      // Few are read once, and of many the first ones twice.
      const few = `LIMIT ${MOST_GRANTS_COUNTED + 1}`;
      return `
      WITH named AS MATERIALIZED (${named}), few AS MATERIALIZED (${found(few)} ${few})
      SELECT CASE WHEN f."areAll" THEN f."grants" ELSE (SELECT count(*)::integer FROM (${found(limit)} ${limit}) a) END AS "grants",
        CASE WHEN f."areAll" THEN (SELECT count(DISTINCT "userId")::integer FROM few) END AS "people"
      FROM (SELECT count(*)::integer AS "grants", count(*) <= ${MOST_GRANTS_COUNTED} AS "areAll" FROM few) f`;
    };
    const statement = this.database.statement('catalog-grants-count', build, BY_VALUES);
    return (await this.database.one<GrantCount>(statement, values.all)) ?? { grants: 0, people: 0 };
  }

  /** How many, and which, where they are no more than `most`. */
  async find(filter: GrantFilter, most: number, now: Date): Promise<FoundGrants> {
    const values = new StatementValues();
    const build = (table: (name: string) => string) => {
      const limit = `LIMIT ${values.place(most + 1)}`;
      const { named, found } = lookup(table, filter, now, values);
      return `
      WITH named AS MATERIALIZED (${named})
      SELECT count(*)::integer AS "grants", (SELECT count(*)::integer FROM named) AS "clients",
        CASE WHEN count(*) <= ${values.place(most)}::integer THEN json_agg(f."id") END AS "ids"
      FROM (${found(limit)} ${limit}) f`;
    };
    const statement = this.database.statement('catalog-grants-find', build, BY_VALUES);
    const found = await this.database.one<FoundGrants>(statement, values.all);
    return found ?? { grants: 0, ids: [], clients: 0 };
  }

  private readonly holdEverybody = this.database.statement(
    'catalog-grants-hold',
    () => `WITH ${heldToRevoke('everybody')} SELECT 1 FROM held`,
  );

  /** Whoever is granting something is waited for, and whoever comes later waits, until the transaction ends. */
  async hold(transaction: Transaction): Promise<void> {
    await this.database.rows(this.holdEverybody, [], transaction);
  }

  /**
   * Ends them with all that was delegated from them, and forgets the consent to them. How many of them there were: what was
   * delegated counts where it is one of them itself.
   * What is granted meanwhile lives on, unless it is kept from it before: whoever chose these has not seen it.
   */
  async end(
    filter: GrantFilter,
    { now, lastTokenExpiresAt }: { now: Date; lastTokenExpiresAt: Date },
    transaction: Transaction,
  ): Promise<number> {
    const values = new StatementValues();
    const [time, end, limit] = [now, lastTokenExpiresAt, BATCH].map((value) => values.place(value));
    const times = { now: time as `$${number}`, lastTokenExpiresAt: end as `$${number}` };
    const statement = this.database.statement('catalog-grants-end', (table) => {
      const chosen = conditions(table, filter, now, values);
      return `
      WITH RECURSIVE chosen AS MATERIALIZED (
        SELECT g."id", g."rootGrantId" FROM ${table('oauthGrant')} g WHERE ${chosen} LIMIT ${limit}
      ), ${endedGrants(table, 'SELECT "id", "rootGrantId" FROM chosen', times)}, forgotten AS (
        DELETE FROM ${table('oauthConsent')} o USING ended e
        WHERE o."userId" = e."userId" AND o."clientId" = e."clientId" AND o."resource" = e."resource"
      )
      SELECT (SELECT count(*)::integer FROM chosen) AS "found",
        (SELECT count(*)::integer FROM ended JOIN ${table('oauthGrant')} g USING ("id") WHERE ${chosen}) AS "ended"`;
    });
    let all = 0;
    for (;;) {
      const row = await this.database.one<{ found: number; ended: number }>(
        statement,
        values.all,
        transaction,
      );
      const { found, ended } = row ?? { found: 0, ended: 0 };
      all += ended;
      // Some of a whole batch may have been ended by somebody else: there are more all the same.
      if (found < BATCH) return all;
    }
  }
}

/** Clients of an id, or with it in their name. */
function namedClients(table: (name: string) => string, client: string, values: StatementValues): string {
  return `SELECT c."clientId" FROM ${table('oauthApplication')} c
        WHERE c."clientId" = ${values.place(client)}::text OR c."name" ILIKE ${values.place(holding(client))}::text`;
}

/** The parts of a statement that looks for grants: `named`, the clients that are meant, and `found` with the grants. */
function lookup(
  table: (name: string) => string,
  { client, ...rest }: GrantFilter,
  now: Date,
  values: StatementValues,
): { named: string; found: (limit: string) => string } {
  const grants = `SELECT g."id", g."userId" FROM ${table('oauthGrant')} g WHERE ${conditions(table, rest, now, values)}`;
  if (client === undefined) return { named: 'SELECT 1 WHERE false', found: () => grants };
  // Client by client, each by its index: how many grants those of a name have, nobody can guess.
  return {
    named: namedClients(table, client, values),
    found: (limit) =>
      `SELECT l."id", l."userId" FROM named c CROSS JOIN LATERAL (${grants} AND g."clientId" = c."clientId" ${limit}) l`,
  };
}

/**
 * From where a page is read, as its statement's `g`: those that were found where they are few; the last used of each client where few are
 * named; and otherwise along all of them, where many enough are found.
 */
function reading(
  table: (name: string) => string,
  filter: GrantFilter,
  found: FoundGrants | undefined,
  values: StatementValues,
): { source: (where: string, order: string) => string; rest: GrantFilter } {
  const { client, ...rest } = filter;
  const all = `SELECT * FROM ${table('oauthGrant')} g WHERE`;
  if (found?.ids) {
    const ids = `g."id" = ANY (${values.place(found.ids)}::uuid[])`;
    // OFFSET keeps the planner from reading along the order of the page.
    return { source: (where) => `(${all} ${ids} AND ${where} OFFSET 0) g`, rest };
  }
  if (client === undefined || !found || found.clients > FEW_CLIENTS)
    return { source: (where, order) => `(${all} ${where} ${order}) g`, rest: filter };
  const named = namedClients(table, client, values);
  const source = (where: string, order: string) =>
    `(${named}) n CROSS JOIN LATERAL (${all} ${where} AND g."clientId" = n."clientId" ${order}) g`;
  return { source, rest };
}

function conditions(
  table: (name: string) => string,
  filter: GrantFilter,
  now: Date,
  values: StatementValues,
): string {
  const { grantId, ofPeople, userIds, clientId, client, resource, scope, unusedSince, madeBefore } = filter;
  const all = ['g."revokedAt" IS NULL', `g."expiresAt" > ${values.place(now)}::timestamptz`];
  if (grantId !== undefined) all.push(`g."id" = ${values.place(grantId)}::uuid`);
  if (ofPeople) all.push('g."userId" IS NOT NULL');
  if (userIds !== undefined) all.push(`g."userId" = ANY (${values.place(userIds)}::text[])`);
  if (clientId !== undefined) all.push(`g."clientId" = ${values.place(clientId)}::text`);
  if (client !== undefined) all.push(`g."clientId" IN (${namedClients(table, client, values)})`);
  if (resource !== undefined) all.push(equalText('g."resource"', `${values.place(resource)}::text`));
  if (scope !== undefined) all.push(`g."scopes" @> ARRAY[${values.place(scope)}::text]`);
  if (unusedSince !== undefined) all.push(`${LAST_USED} < ${values.place(unusedSince)}::timestamptz`);
  if (madeBefore !== undefined) all.push(`g."createdAt" <= ${values.place(madeBefore)}::timestamptz`);
  return all.join(' AND ');
}
