import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from './database.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';
import { goneWithClients } from './gone-with-clients.js';
import { MOST_GRANTS_COUNTED } from './grant-catalog.store.js';
import { HELD, heldToRevokeEach } from './grant-lock.js';
import { holding, type ListWindow, type SortColumn, StatementValues, windowSql } from './list-window.js';

/** What clients are told apart by. */
export const CLIENT_KINDS = ['registered', 'document', 'pre-registered', 'service-account'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

/** Which clients: all of them, less what each member that is given leaves out. */
export interface ClientFilter {
  kind?: ClientKind;
  /** A part of the name, of the id, or of where it is sent back to. */
  search?: string;
  disabled?: boolean;
}

/** A client as administrators see it. */
export interface CatalogClient {
  /** Of its row. */
  id: string;
  clientId: string;
  name: string | null;
  source: 'registered' | 'document' | 'static' | 'administrator';
  kind: 'application' | 'service-account';
  redirectUris: string[];
  tokenEndpointAuthMethod: string;
  hasSecret: boolean;
  scopeCeiling: string[] | null;
  resourceCeiling: string[] | null;
  disabled: boolean;
  blockedAt: Date | null;
  /** A user's id. */
  blockedBy: string | null;
  createdAt: Date;
  updatedAt: Date;
  /** When tokens were last issued for a living grant, to the day; null for never. */
  lastUsedAt: Date | null;
}

export interface CatalogRow extends CatalogClient {
  /** People with a living grant; null where there are more grants than are counted. */
  people: number | null;
  /** For `place` of a list. */
  key: string[];
}

/** What a client has. */
export interface ClientHoldings {
  /** One more than `MOST_GRANTS_COUNTED` where there are more. */
  grants: number;
  /** Null then. */
  people: number | null;
  /** Of the thousand grants that were used last. */
  scopes: string[];
}

/** A client that an administrator enters. */
export interface EnteredClient {
  id: string;
  clientId: string;
  name: string | null;
  redirectUris: readonly string[];
  /** SHA-256 in base64url; null for a public client. */
  secretHash: string | null;
}

const SORTED: Readonly<Record<'name' | 'createdAt', readonly SortColumn[]>> = {
  name: [
    { sql: `lower(COALESCE(a."name", ''))`, type: 'text' },
    { sql: 'a."clientId"', type: 'text' },
  ],
  createdAt: [
    { sql: 'a."createdAt"', type: 'timestamptz' },
    { sql: 'a."clientId"', type: 'text' },
  ],
};

const OF_KIND: Readonly<Record<ClientKind, string>> = {
  registered: `a."source" = 'registered'`,
  document: `a."source" = 'document'`,
  'pre-registered': `a."source" IN ('static', 'administrator') AND a."kind" = 'application'`,
  'service-account': `a."kind" = 'service-account'`,
};

const columns = (table: (name: string) => string) => `
  a."id", a."clientId", a."name", a."source", a."kind", a."redirectUrls" AS "redirectUris", a."tokenEndpointAuthMethod",
  a."clientSecret" IS NOT NULL AS "hasSecret", a."scopeCeiling", a."resourceCeiling", a."disabled", a."blockedAt",
  a."blockedBy", a."createdAt", a."updatedAt",
  (SELECT COALESCE(g."lastUsedAt", g."createdAt") FROM ${table('oauthGrant')} g
    WHERE g."clientId" = a."clientId" AND g."revokedAt" IS NULL
    ORDER BY COALESCE(g."lastUsedAt", g."createdAt") DESC, g."id" DESC LIMIT 1) AS "lastUsedAt"`;

/** People with a living grant of the client; null where it has many. */
const people = (table: (name: string) => string, now: string) => `
  (SELECT CASE WHEN count(*) <= ${MOST_GRANTS_COUNTED} THEN count(DISTINCT p."userId")::integer END
    FROM (SELECT g."userId" FROM ${table('oauthGrant')} g
      WHERE g."clientId" = a."clientId" AND g."revokedAt" IS NULL AND g."expiresAt" > ${now}
      LIMIT ${MOST_GRANTS_COUNTED + 1}) p) AS "people"`;

/** All clients, for those who administer them. Servers of resources are none: they only look at tokens. */
@Injectable()
export class ClientCatalogStore {
  constructor(private readonly database: Database) {}

  private readonly selectOne = this.database.statement(
    'catalog-client',
    (table) => `
    SELECT ${columns(table)} FROM ${table('oauthApplication')} a WHERE a."id" = $1 AND a."resource" IS NULL`,
  );

  private readonly selectNamed = this.database.statement(
    'catalog-client-named',
    (table) => `
    SELECT ${columns(table)} FROM ${table('oauthApplication')} a
    WHERE a."clientId" = $1 AND a."resource" IS NULL`,
  );

  private readonly lock = this.database.statement(
    'catalog-client-lock',
    (table) => `
    WITH ${heldToRevokeEach(`SELECT "clientId" FROM ${table('oauthApplication')} WHERE "id" = $1`)}
    SELECT ${columns(table)} FROM ${table('oauthApplication')} a
    WHERE a."id" = $1 AND a."resource" IS NULL AND ${HELD} FOR UPDATE OF a`,
  );

  private readonly selectHoldings = this.database.statement(
    'catalog-client-holdings',
    (table) => `
    WITH living AS (
      SELECT "userId" FROM ${table('oauthGrant')} WHERE "clientId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2
      LIMIT ${MOST_GRANTS_COUNTED + 1}
    ), latest AS (
      SELECT "scopes" FROM ${table('oauthGrant')} WHERE "clientId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $2
      ORDER BY COALESCE("lastUsedAt", "createdAt") DESC, "id" DESC LIMIT 1000
    )
    SELECT count(*)::integer AS "grants",
      CASE WHEN count(*) <= ${MOST_GRANTS_COUNTED} THEN count(DISTINCT "userId")::integer END AS "people",
      ARRAY(SELECT DISTINCT unnest("scopes") FROM latest ORDER BY 1) AS "scopes"
    FROM living`,
  );

  private readonly selectKnown = this.database.statement(
    'catalog-client-known',
    (table) => `SELECT 1 AS "known" FROM ${table('oauthApplication')} WHERE "clientId" = $1`,
  );

  private readonly selectProved = this.database.statement(
    'catalog-client-proved',
    (table) => `
    SELECT 1 AS "known" FROM ${table('oauthApplication')} WHERE "clientId" = $1 AND "clientSecret" = $2`,
  );

  private readonly insert = this.database.statement(
    'catalog-client-insert',
    (table) => `
    INSERT INTO ${table('oauthApplication')} ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "clientSecret", "type", "createdAt", "updatedAt")
    VALUES ($1::uuid, $2, $3, 'administrator', $4::text[], '{authorization_code,refresh_token}',
      CASE WHEN $5::text IS NULL THEN 'none' ELSE 'client_secret_basic' END, $5, 'web', $6, $6)
    ON CONFLICT ("clientId") DO NOTHING RETURNING "id"`,
  );

  private readonly remove = this.database.statement(
    'catalog-client-delete',
    (table) => `
    WITH deleted AS (DELETE FROM ${table('oauthApplication')} WHERE "id" = $1 RETURNING "clientId"),
    ${goneWithClients(table, 'deleted')}
    ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $2::timestamptz FROM deleted`)}`,
  );

  /** Those next to a place, nearest first. */
  page(
    filter: ClientFilter,
    sortedBy: 'name' | 'createdAt',
    window: ListWindow,
    now: Date,
  ): Promise<CatalogRow[]> {
    const values = new StatementValues();
    const time = values.place(now);
    const { key, condition, order } = windowSql(SORTED[sortedBy], window, values);
    const where = conditions(filter, values);
    const statement = this.database.statement(
      'catalog-clients',
      (table) => `
      SELECT ${key} AS "key", ${columns(table)}, ${people(table, `${time}::timestamptz`)} FROM ${table('oauthApplication')} a
      WHERE ${where} AND ${condition} ${order}`,
    );
    return this.database.rows(statement, values.all);
  }

  /** How many: `most + 1` where there are more. */
  async count(filter: ClientFilter, most: number): Promise<number> {
    const values = new StatementValues();
    const where = conditions(filter, values);
    const statement = this.database.statement(
      'catalog-clients-count',
      (table) => `
      SELECT count(*)::integer AS "count" FROM (
        SELECT 1 FROM ${table('oauthApplication')} a WHERE ${where} LIMIT ${values.place(most + 1)}) c`,
    );
    return (await this.database.one<{ count: number }>(statement, values.all))?.count ?? 0;
  }

  /** @param id of its row. */
  find(id: string): Promise<CatalogClient | null> {
    return this.database.one(this.selectOne, [id]);
  }

  /** @param clientId its `client_id`. */
  named(clientId: string, transaction?: Transaction): Promise<CatalogClient | null> {
    return this.database.one(this.selectNamed, [clientId], transaction);
  }

  /** The same as `find`, and nobody else changes it, or grants anything to it, until the transaction ends. */
  hold(id: string, transaction: Transaction): Promise<CatalogClient | null> {
    return this.database.one(this.lock, [id], transaction);
  }

  /** Whether there is a client of this id, whatever it is. */
  async isKnown(clientId: string, transaction: Transaction): Promise<boolean> {
    return (await this.database.one(this.selectKnown, [clientId], transaction)) !== null;
  }

  async hasSecret(clientId: string, secretHash: string, transaction: Transaction): Promise<boolean> {
    return (await this.database.one(this.selectProved, [clientId, secretHash], transaction)) !== null;
  }

  async holdings(clientId: string, now: Date, transaction?: Transaction): Promise<ClientHoldings> {
    const values = [clientId, now];
    const found = await this.database.one<ClientHoldings>(this.selectHoldings, values, transaction);
    return found ?? { grants: 0, people: 0, scopes: [] };
  }

  /** False, and nothing is stored, where another client has the id. */
  async add(client: EnteredClient, now: Date, transaction: Transaction): Promise<boolean> {
    const { id, clientId, name, redirectUris, secretHash } = client;
    const values = [id, clientId, name, redirectUris, secretHash, now];
    return (await this.database.one(this.insert, values, transaction)) !== null;
  }

  /** Takes the row away, and with it all that it has; tokens must have been revoked before. */
  async delete(id: string, now: Date, transaction: Transaction): Promise<void> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    await this.database.rows(this.remove, [id, heardBy], transaction);
  }
}

function conditions({ kind, search, disabled }: ClientFilter, values: StatementValues): string {
  const all = ['a."resource" IS NULL'];
  if (kind !== undefined) all.push(`(${OF_KIND[kind]})`);
  if (disabled !== undefined) all.push(`a."disabled" = ${values.place(disabled)}::boolean`);
  if (search !== undefined) {
    const pattern = `${values.place(holding(search))}::text`;
    all.push(`(a."name" ILIKE ${pattern} OR a."clientId" ILIKE ${pattern}
      OR EXISTS (SELECT 1 FROM unnest(a."redirectUrls") u WHERE u ILIKE ${pattern}))`);
  }
  return all.join(' AND ');
}
