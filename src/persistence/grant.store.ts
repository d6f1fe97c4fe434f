import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { answeredDevice, deviceAnswered } from './answered-device.js';
import type { ConsentKey } from './consent.store.js';
import { agreedClient, STILL_AGREED } from './agreed-client.js';
import { Database, type Transaction } from './database.js';
import { type EndedGrant, endedGrants } from './delegated-grants.js';
import { documentClient } from './document-client.js';
import { heldToGrant } from './grant-lock.js';
import { equalText } from './hashed-text.js';
import type { SealedAnswer, SignInFacts } from './interaction.store.js';
import { type PageRange, type WalkedPages, walkedPages } from './page-walk.js';
import { rememberedConsent } from './remembered-consent.js';

/** A decision about to be stored, with the code that hands it over. */
export interface NewGrant extends ConsentKey {
  id: string;
  consentId: string;
  redirectUri: string;
  /** Of the key that its code is for (RFC 9449 §10); null for whoever has the code. */
  keyThumbprint: string | null;
  /** Of the device that it is given to, whose device code redeems it; null for a browser's. */
  deviceHash: string | null;
  scopes: string[];
  refreshable: boolean;
  /** What the person's yes rests on; only one that is given now is written down. */
  basis: ConsentBasis;
  authenticatedAt: Date;
  /** What the host said of the sign-in. */
  signIn: SignInFacts;
  createdAt: Date;
  expiresAt: Date;
  /** When the last access token is dead that anybody may hold now. */
  lastTokenExpiresAt: Date;
  /** The metadata of a client that gets its row with this decision; null for one that has it. */
  document: OAuthClient | null;
  /** What the row said of the client that was agreed to; null for one with a document. */
  clientRevision: string | null;
  code: {
    hash: string;
    codeChallenge: string;
    expiresAt: Date;
    nonce: string | null;
    /** Null where `openid` is not granted. */
    idTokenClaims: Record<string, unknown> | null;
  };
}

/** Given on a page now, or remembered and still there, or not needed because an administrator trusts the client. */
export type ConsentBasis = 'given' | 'remembered' | 'trusted';

/** The interaction that a decision ends, with what its browser will be told if it asks again. */
export interface AnsweredInteraction {
  id: string;
  browserHash: string;
  answer: SealedAnswer;
}

/** Living grants of one person, client and resource that were made in a browser; the least recently used gives way. */
const MOST_GRANTS = 50;

/** Grants: made with their consent and first code, and revoked. */
@Injectable()
export class GrantStore {
  constructor(private readonly database: Database) {}

  private readonly insertGrant = this.database.statement(
    'grant-insert',
    (table) => `
    WITH RECURSIVE ${heldToGrant({ userId: '$3', clientId: '$4' })},
    ${agreedClient(table, { clientId: '$4', revision: '$31', document: '$18' })}, ${rememberedConsent(
      table,
      `$22::text = 'remembered' AND "userId" = $3 AND "clientId" = $4 AND "redirectHost" = $5 AND "resource" = $6
        AND "consentGiven" AND "clientDigest" IS NOT DISTINCT FROM $19 AND "scopes" @> $8::text[]
        AND ("refreshable" IS TRUE OR NOT $11::boolean)`,
    )}, ${answeredDevice(table, { hash: '$30', answer: 'allowed', now: '$10', expiresAt: '$17' }, STILL_AGREED)}, finished AS (
      DELETE FROM ${table('oauthInteraction')}
      WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > $10 AND ${STILL_AGREED} AND ${deviceAnswered('$30')}
        AND ($22::text <> 'remembered' OR EXISTS (SELECT 1 FROM remembered)) RETURNING "id"
    ), answered AS (
      INSERT INTO ${table('oauthInteractionAnswer')} ("interactionId", "formHash", "codeHash", "sealedRedirect", "expiresAt")
      SELECT "id", $23, $14, $24::bytea, $17 FROM finished
    ), allowed AS (
      SELECT 1 FROM finished UNION ALL
      SELECT 1 WHERE $1::uuid IS NULL AND ${STILL_AGREED} AND ($22::text <> 'remembered' OR EXISTS (SELECT 1 FROM remembered))
    ), used AS (
      UPDATE ${table('oauthApplication')} SET "grantedAt" = $10
      WHERE "clientId" = $4 AND "grantedAt" IS NULL AND "source" <> 'document' AND EXISTS (SELECT 1 FROM allowed)
    ), ${documentClient(
      table,
      { from: 'allowed', clientId: '$4', document: '$18', now: '$10' },
      'replaced',
    )}, consent AS (
      INSERT INTO ${table('oauthConsent')} AS c ("id", "userId", "clientId", "redirectHost", "resource", "scopes",
        "consentGiven", "createdAt", "updatedAt", "clientDigest", "refreshable")
      SELECT $7::uuid, $3, $4, $5, $6, $8::text[], true, $10, $10, $19, $11::boolean FROM allowed
      WHERE $22::text = 'given'
      ON CONFLICT ("userId", "clientId", "redirectHost", "resource") DO UPDATE SET
        "scopes" = CASE WHEN c."clientDigest" IS NOT DISTINCT FROM EXCLUDED."clientDigest"
          THEN ARRAY(SELECT DISTINCT unnest(c."scopes" || EXCLUDED."scopes")) ELSE EXCLUDED."scopes" END,
        "refreshable" = EXCLUDED."refreshable"
          OR (c."refreshable" IS TRUE AND c."clientDigest" IS NOT DISTINCT FROM EXCLUDED."clientDigest"),
        "clientDigest" = EXCLUDED."clientDigest",
        "consentGiven" = true, "updatedAt" = EXCLUDED."updatedAt"
    ), ${endedGrants(
      table,
      `SELECT g."id", g."rootGrantId" FROM (
        SELECT "id", "rootGrantId", "createdAt", "lastUsedAt", count(*) OVER () AS "living" FROM ${table('oauthGrant')}
        WHERE "userId" = $3 AND ${equalText('"clientId"', '$4')} AND "resource" = $6 AND "revokedAt" IS NULL
          AND "redirectUri" IS NOT NULL AND EXISTS (SELECT 1 FROM allowed)) g
      WHERE g."living" >= ${MOST_GRANTS}
      ORDER BY GREATEST(g."createdAt", g."lastUsedAt",
        (SELECT max(t."createdAt") FROM ${table('oauthAccessToken')} t WHERE t."grantId" = g."id")) DESC
      OFFSET ${MOST_GRANTS - 1}`,
      { now: '$10', lastTokenExpiresAt: '$28', forgetSoon: true },
    )}, granted AS (
      INSERT INTO ${table('oauthGrant')} ("id", "clientId", "userId", "resource", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "redirectUri", "sid", "amr", "acr", "keyThumbprint")
      SELECT $9::uuid, $4, $3, $6, $8::text[], $11::boolean, $12::timestamptz, $10::timestamptz, $13::timestamptz, $15,
        $25, $26::text[], $27, $29
      FROM allowed RETURNING "id"
    )
    INSERT INTO ${table('oauthAuthorizationCode')} ("hash", "grantId", "codeChallenge", "expiresAt", "nonce",
      "idTokenClaims")
    SELECT $14, g."id", $16, $17, $20, $21 FROM granted g RETURNING "grantId"`,
  );

  private readonly revokeGrant = this.database.statement(
    'grant-revoke',
    (table) => `
    WITH RECURSIVE ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')} WHERE "id" = $1`,
      { now: '$2', lastTokenExpiresAt: '$3' },
    )}
    SELECT "id" AS "grantId", "userId", "clientId", "resource" FROM ended`,
  );

  // Tokens without a client stand in the status lists until they expire. What another replica is deleting is its own:
  // what was delegated goes with what it comes from, wherever that lies.
  private readonly deleteEnded = this.database.statement(
    'grant-prune',
    (table) => `
    WITH deleted AS (
      DELETE FROM ${table('oauthGrant')} WHERE "id" = ANY (ARRAY(
        SELECT "id" FROM ${table('oauthGrant')} g WHERE "ctid" >= $1::tid AND "ctid" < $2::tid AND ("expiresAt" < $3
          OR (SELECT a."id" FROM ${table('oauthApplication')} a WHERE a."clientId" = g."clientId") IS NULL)
        FOR UPDATE SKIP LOCKED))
      RETURNING "id", "expiresAt" < $3 AS "isOver"
    ), tokens AS (
      DELETE FROM ${table('oauthAccessToken')} WHERE "grantId" = ANY (ARRAY(SELECT "id" FROM deleted WHERE "isOver"))
    )
    ${walkedPages(table('oauthGrant'))}`,
  );

  /**
   * Stores consent, grant and code, and ends the interaction, in one statement.
   * `interaction` is null when no page had to be shown. False, with nothing changed, when the interaction was ended
   * before, when a remembered consent is gone, or when the client is disabled, gone, or another than was agreed to.
   */
  async insert(grant: NewGrant, interaction: AnsweredInteraction | null): Promise<boolean> {
    const { sid, amr, acr } = grant.signIn;
    const rows = await this.database.rows(this.insertGrant, [
      interaction?.id ?? null,
      interaction?.browserHash ?? null,
      grant.userId,
      grant.clientId,
      grant.redirectHost,
      grant.resource,
      grant.consentId,
      grant.scopes,
      grant.id,
      grant.createdAt,
      grant.refreshable,
      grant.authenticatedAt,
      grant.expiresAt,
      grant.code.hash,
      grant.redirectUri,
      grant.code.codeChallenge,
      grant.code.expiresAt,
      grant.document,
      grant.clientDigest,
      grant.code.nonce,
      grant.code.idTokenClaims,
      grant.basis,
      interaction?.answer.formHash ?? null,
      interaction?.answer.sealedRedirect ?? null,
      sid,
      amr,
      acr,
      grant.lastTokenExpiresAt,
      grant.keyThumbprint,
      grant.deviceHash,
      grant.clientRevision,
    ]);
    return rows.length === 1;
  }

  /**
   * Ends the grant and what was delegated from it, with every token, also one that another replica is issuing just now.
   * Those that lived.
   */
  revoke(
    grantId: string,
    now: Date,
    lastTokenExpiresAt: Date,
    transaction?: Transaction,
  ): Promise<EndedGrant[]> {
    return this.database.rows<EndedGrant>(this.revokeGrant, [grantId, now, lastTokenExpiresAt], transaction);
  }

  /** Deletes the grants in these pages that ended before `expiredBefore` or have no client, with their tokens. */
  prune(range: PageRange, expiredBefore: Date): Promise<WalkedPages | null> {
    return this.database.one(this.deleteEnded, [range.from, range.until, expiredBefore]);
  }
}
