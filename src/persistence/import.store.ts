import type { OAuthClient } from '../oauth/client.js';
import type { NewClient } from './client.store.js';
import type { ConsentKey } from './consent.store.js';
import type { Database, Statement, Transaction } from './database.js';
import type { OAuthImport } from './entities/oauth-import.entity.js';

/** A client that is taken over. */
export interface ImportedClient extends Omit<NewClient, 'registrationTokenHash'> {
  /** Who registered it. */
  userId: string | null;
  createdAt: Date;
}

/** A consent that is taken over. */
export interface ImportedConsent extends ConsentKey {
  id: string;
  scopes: string[];
  refreshable: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** A refresh token that is taken over, with a grant of its own. */
export interface ImportedToken {
  grantId: string;
  tokenId: string;
  clientId: string;
  userId: string;
  resource: string;
  redirectUri: string;
  scopes: string[];
  /** SHA-256 in base64url. */
  hash: string;
  authenticatedAt: Date;
  createdAt: Date;
  /** Of the grant. */
  expiresAt: Date;
  tokenExpiresAt: Date;
  /** Of the key that it is bound to (RFC 9449 §5); null for none. */
  keyThumbprint: string | null;
}

/** A client that is there, as far as what belongs to it needs to know. */
export type KnownClient = Pick<
  OAuthClient,
  'clientId' | 'source' | 'redirectUris' | 'tokenEndpointAuthMethod' | 'jwks' | 'jwksUri'
>;

type Kind = OAuthImport['kind'];

/** Milliseconds that the transaction may say nothing, while the other database is read. */
const FOREIGN_PATIENCE = 150_000;

/** What is taken over from elsewhere: in the transaction of whoever takes it over, without which nothing is written. */
export class ImportStore {
  constructor(private readonly database: Database) {}

  private readonly lock = this.database.statement(
    'import-lock',
    () => `
    SELECT set_config('idle_in_transaction_session_timeout', '${FOREIGN_PATIENCE}', true),
      pg_try_advisory_xact_lock(hashtext('oauthImport')) AS "alone"`,
  );

  private readonly selectKnown = this.database.statement(
    'import-known',
    (table) => `SELECT "key" FROM ${table('oauthImport')} WHERE "kind" = $1 AND "key" = ANY ($2::text[])`,
  );

  private readonly insertKnown = this.database.statement(
    'import-remember',
    (table) => `
    INSERT INTO ${table('oauthImport')} ("kind", "key", "importedAt")
    SELECT $1, "key", $3 FROM unnest($2::text[]) AS k("key") ON CONFLICT DO NOTHING`,
  );

  private readonly selectClients = this.database.statement(
    'import-clients',
    (table) => `
    SELECT "clientId", "source", "redirectUrls" AS "redirectUris", "tokenEndpointAuthMethod", "jwks", "jwksUri"
    FROM ${table('oauthApplication')} WHERE "clientId" = ANY ($1::text[])`,
  );

  private readonly selectTokens = this.database.statement(
    'import-tokens',
    (table) => `
    SELECT "refreshToken" AS "hash" FROM ${table('oauthAccessToken')} WHERE "refreshToken" = ANY ($1::text[])
    UNION ALL SELECT "hash" FROM ${table('oauthRotatedToken')} WHERE "hash" = ANY ($1::text[])`,
  );

  // Somebody has decided that it stays, so it counts as granted and is not pruned.
  private readonly insertClients = this.database.statement(
    'import-client-insert',
    (table) => `
    INSERT INTO ${table('oauthApplication')} ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "clientUri", "icon", "type", "metadata", "disabled",
      "userId", "kind", "scopeCeiling", "resourceCeiling", "dpopBoundAccessTokens", "requirePushedAuthorizationRequests",
      "postLogoutRedirectUrls", "backchannelLogoutUri", "backchannelLogoutSessionRequired", "grantedAt", "createdAt",
      "updatedAt")
    SELECT r."id", r."clientId", r."name", r."source", r."redirectUris", r."grantTypes", r."tokenEndpointAuthMethod",
      r."secretHash", r."jwks", r."jwksUri", r."clientUri", r."logoUri", r."type", r."metadata", r."disabled", r."userId",
      r."kind", r."scopeCeiling", r."resourceCeiling", r."dpopBoundAccessTokens", r."requirePushedAuthorizationRequests",
      r."postLogoutRedirectUris", r."backchannelLogoutUri", coalesce(r."backchannelLogoutSessionRequired", false), $2,
      r."createdAt", $2
    FROM jsonb_to_recordset($1::jsonb) AS r("id" uuid, "clientId" text, "name" text, "source" text,
      "redirectUris" text[], "grantTypes" text[], "tokenEndpointAuthMethod" text, "secretHash" text, "jwks" jsonb,
      "jwksUri" text, "clientUri" text, "logoUri" text, "type" text, "metadata" jsonb, "disabled" boolean, "userId" text,
      "kind" text, "scopeCeiling" text[], "resourceCeiling" text[], "dpopBoundAccessTokens" boolean,
      "requirePushedAuthorizationRequests" boolean, "postLogoutRedirectUris" text[], "backchannelLogoutUri" text,
      "backchannelLogoutSessionRequired" boolean, "createdAt" timestamptz)`,
  );

  private readonly insertConsents = this.database.statement(
    'import-consent-insert',
    (table) => `
    INSERT INTO ${table('oauthConsent')} ("id", "userId", "clientId", "redirectHost", "resource", "scopes",
      "consentGiven", "createdAt", "updatedAt", "clientDigest", "refreshable")
    SELECT r."id", r."userId", r."clientId", r."redirectHost", r."resource", r."scopes", true, r."createdAt",
      r."updatedAt", r."clientDigest", r."refreshable"
    FROM jsonb_to_recordset($1::jsonb) AS r("id" uuid, "userId" text, "clientId" text, "redirectHost" text,
      "resource" text, "scopes" text[], "createdAt" timestamptz, "updatedAt" timestamptz, "clientDigest" text,
      "refreshable" boolean)
    ON CONFLICT ("userId", "clientId", "redirectHost", "resource") DO NOTHING`,
  );

  // Nobody here has the access token that came with it: its row is as one whose access token is over.
  private readonly insertTokens = this.database.statement(
    'import-token-insert',
    (table) => `
    WITH given AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset($1::jsonb) AS r("grantId" uuid, "tokenId" uuid, "clientId" text, "userId" text,
        "resource" text, "redirectUri" text, "scopes" text[], "hash" text, "authenticatedAt" timestamptz,
        "createdAt" timestamptz, "expiresAt" timestamptz, "tokenExpiresAt" timestamptz, "keyThumbprint" text)
    ), granted AS (
      INSERT INTO ${table('oauthGrant')} ("id", "clientId", "userId", "resource", "redirectUri", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt", "keyThumbprint")
      SELECT "grantId", "clientId", "userId", "resource", "redirectUri", "scopes", true, "authenticatedAt", "createdAt",
        "expiresAt", "createdAt", "keyThumbprint" FROM given
    )
    INSERT INTO ${table('oauthAccessToken')} ("id", "accessToken", "refreshToken", "accessTokenExpiresAt",
      "refreshTokenExpiresAt", "clientId", "createdAt", "updatedAt", "grantId")
    SELECT "tokenId", "tokenId"::text, "hash", "createdAt", "tokenExpiresAt", "clientId", "createdAt", "createdAt", "grantId"
    FROM given`,
  );

  /** Lets no other import run until the transaction ends, which gets the time that it needs; false when another one does. */
  async alone(transaction: Transaction): Promise<boolean> {
    return (await this.database.one<{ alone: boolean }>(this.lock, [], transaction))?.alone ?? false;
  }

  /** Those of these keys that were taken over before. */
  async known(kind: Kind, keys: readonly string[], transaction?: Transaction): Promise<Set<string>> {
    const rows = await this.database.rows<{ key: string }>(this.selectKnown, [kind, keys], transaction);
    return new Set(rows.map(({ key }) => key));
  }

  /** Notes that these are taken over. */
  async remember(kind: Kind, keys: readonly string[], now: Date, transaction: Transaction): Promise<void> {
    await this.database.rows(this.insertKnown, [kind, keys, now], transaction);
  }

  /** Those of these clients that are there. */
  clients(clientIds: readonly string[], transaction?: Transaction): Promise<KnownClient[]> {
    return this.database.rows<KnownClient>(this.selectClients, [clientIds], transaction);
  }

  /** Those of these refresh tokens that are known, used up or not. */
  async tokens(hashes: readonly string[], transaction?: Transaction): Promise<Set<string>> {
    const rows = await this.database.rows<{ hash: string }>(this.selectTokens, [hashes], transaction);
    return new Set(rows.map(({ hash }) => hash));
  }

  addClients(clients: readonly ImportedClient[], now: Date, transaction: Transaction): Promise<void> {
    return this.add(this.insertClients, clients, transaction, now);
  }

  addConsents(consents: readonly ImportedConsent[], transaction: Transaction): Promise<void> {
    return this.add(this.insertConsents, consents, transaction);
  }

  addTokens(tokens: readonly ImportedToken[], transaction: Transaction): Promise<void> {
    return this.add(this.insertTokens, tokens, transaction);
  }

  private async add(
    statement: Statement,
    rows: readonly object[],
    transaction: Transaction,
    ...values: unknown[]
  ): Promise<void> {
    if (rows.length > 0) await this.database.rows(statement, [JSON.stringify(rows), ...values], transaction);
  }
}
