import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { clientRevision } from './client-revision.js';
import type { NewClient } from './client.store.js';
import { Database } from './database.js';
import { ENDED_GRANTS, type EndedGrant, endedGrants } from './delegated-grants.js';
import { CHANGE_LIFETIME, feedRows } from './feed-rows.js';
import { goneWithClients } from './gone-with-clients.js';
import { HELD, heldToRevoke } from './grant-lock.js';

/** What a registration holds (RFC 7591 §2). */
export interface Registration extends Pick<
  OAuthClient,
  | 'clientId'
  | 'name'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'backchannelLogoutUri'
  | 'backchannelLogoutSessionRequired'
  | 'grantTypes'
  | 'tokenEndpointAuthMethod'
  | 'jwks'
  | 'jwksUri'
  | 'clientUri'
  | 'logoUri'
  | 'dpopBoundAccessTokens'
  | 'requirePushedAuthorizationRequests'
> {
  type: 'native' | 'web';
  metadata: NewClient['metadata'];
  createdAt: Date;
  disabled: boolean;
  /** SHA-256 in base64url of the secret that was issued last; null for a client without. */
  secretHash: string | null;
  secretExpiresAt: Date | null;
}

/** What takes its place (RFC 7592 §2.2). */
export interface ReplacedRegistration extends Omit<
  Registration,
  'createdAt' | 'disabled' | 'secretExpiresAt'
> {
  /** SHA-256 of the registration access token that was presented, and of the one that replaces it. */
  presentedHash: string;
  nextHash: string;
  now: Date;
  lastTokenExpiresAt: Date;
}

/** The registrations that clients manage by themselves (RFC 7592). */
@Injectable()
export class RegisteredClientStore {
  constructor(private readonly database: Database) {}

  private readonly select = this.database.statement(
    'registration-find',
    (table) => `
    SELECT "clientId", "name", "redirectUrls" AS "redirectUris", "postLogoutRedirectUrls" AS "postLogoutRedirectUris",
      "backchannelLogoutUri", "backchannelLogoutSessionRequired", "grantTypes", "tokenEndpointAuthMethod", "jwks",
      "jwksUri", "clientUri", "icon" AS "logoUri", "dpopBoundAccessTokens", "requirePushedAuthorizationRequests", "type", "metadata", "createdAt", "disabled",
      "clientSecret" AS "secretHash", "secretExpiresAt"
    FROM ${table('oauthApplication')}
    WHERE "clientId" = $1 AND "registrationTokenHash" = $2 AND "source" = 'registered'`,
  );

  private readonly dropToken = this.database.statement(
    'registration-token-drop',
    (table) => `
    UPDATE ${table('oauthApplication')} SET "registrationTokenHash" = NULL
    WHERE "registrationTokenHash" = $1 AND "clientId" <> $2`,
  );

  private readonly replaceRow = this.database.statement(
    'registration-replace',
    (table) => `
    WITH RECURSIVE ${heldToRevoke({ clientId: '$1' })}, before AS MATERIALIZED (
      SELECT * FROM ${table('oauthApplication')}
      WHERE "clientId" = $1 AND "registrationTokenHash" = $2 AND "source" = 'registered' AND NOT "disabled" AND ${HELD}
      FOR UPDATE
    ), replaced AS (
      UPDATE ${table('oauthApplication')} a SET "registrationTokenHash" = $3, "name" = $6, "redirectUrls" = $7::text[],
        "grantTypes" = $8::text[], "tokenEndpointAuthMethod" = $9, "jwks" = $10::jsonb, "jwksUri" = $11,
        "clientUri" = $12, "icon" = $13, "dpopBoundAccessTokens" = $14::boolean, "type" = $15, "metadata" = $16::jsonb,
        "clientSecret" = $17, "requirePushedAuthorizationRequests" = $19::boolean, "postLogoutRedirectUrls" = $20::text[],
        "backchannelLogoutUri" = $21, "backchannelLogoutSessionRequired" = $22::boolean,
        "secretExpiresAt" = CASE WHEN b."clientSecret" = $17 THEN b."secretExpiresAt" END,
        "previousSecret" = CASE WHEN b."clientSecret" = $17 THEN b."previousSecret" END,
        "previousSecretExpiresAt" = CASE WHEN b."clientSecret" = $17 THEN b."previousSecretExpiresAt" END,
        "updatedAt" = $4
      FROM before b WHERE a."id" = b."id"
      RETURNING ${clientRevision('a')} <> ${clientRevision('b')} AS "isChanged"
    ), ${endedGrants(
      table,
      `SELECT "id", "rootGrantId" FROM ${table('oauthGrant')}
      WHERE "clientId" = $1 AND "revokedAt" IS NULL AND "expiresAt" > $4
        AND EXISTS (SELECT 1 FROM replaced WHERE "isChanged")`,
      { now: '$4', lastTokenExpiresAt: '$5' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')}
      WHERE "clientId" = $1 AND EXISTS (SELECT 1 FROM replaced WHERE "isChanged")
    ), fed_client AS (
      ${feedRows(table, `SELECT 'client', $1, NULL::timestamptz, $18::timestamptz FROM replaced`)}
    )
    SELECT "isChanged", ${ENDED_GRANTS} AS "ended" FROM replaced`,
  );

  private readonly endGrants = this.database.statement(
    'registration-end-grants',
    (table) => `
    WITH RECURSIVE ${heldToRevoke({ clientId: '$1' })}, proven AS MATERIALIZED (
      SELECT "clientId" FROM ${table('oauthApplication')}
      WHERE "clientId" = $1 AND "registrationTokenHash" = $2 AND "source" = 'registered' AND NOT "disabled" AND ${HELD}
      FOR UPDATE
    ), ${endedGrants(
      table,
      `SELECT g."id", g."rootGrantId" FROM ${table('oauthGrant')} g JOIN proven p ON p."clientId" = g."clientId"
      WHERE g."revokedAt" IS NULL AND g."expiresAt" > $3`,
      { now: '$3', lastTokenExpiresAt: '$4' },
    )}, forgotten AS (
      DELETE FROM ${table('oauthConsent')} c USING proven p WHERE c."clientId" = p."clientId"
    )
    SELECT ${ENDED_GRANTS} AS "ended" FROM proven`,
  );

  private readonly deleteRow = this.database.statement(
    'registration-delete',
    (table) => `
    WITH deleted AS (
      DELETE FROM ${table('oauthApplication')} WHERE "clientId" = $1 AND "registrationTokenHash" = $2 RETURNING "clientId"
    ), ${goneWithClients(table, 'deleted')}
    ${feedRows(table, `SELECT 'client', "clientId", NULL::timestamptz, $3::timestamptz FROM deleted`)}`,
  );

  /** The registration of this client, by its token; null where they do not belong together. */
  find(clientId: string, tokenHash: string): Promise<Registration | null> {
    return this.database.one<Registration>(this.select, [clientId, tokenHash]);
  }

  /** Ends a registration access token that was presented for a client whose it is not. */
  async dropMisplaced(tokenHash: string, clientId: string): Promise<void> {
    await this.database.rows(this.dropToken, [tokenHash, clientId]);
  }

  /**
   * Puts a registration in the place of the one before. Where it differs in what people agreed to, all grants end, with
   * all that was delegated from them, and every consent is forgotten; also what was granted in the same moment.
   * Null, with nothing changed, where the token has been replaced meanwhile.
   */
  async replace(next: ReplacedRegistration): Promise<EndedGrant[] | null> {
    const { now, lastTokenExpiresAt, clientId } = next;
    const values = [
      clientId,
      next.presentedHash,
      next.nextHash,
      now,
      lastTokenExpiresAt,
      next.name,
      next.redirectUris,
      next.grantTypes,
      next.tokenEndpointAuthMethod,
      next.jwks,
      next.jwksUri,
      next.clientUri,
      next.logoUri,
      next.dpopBoundAccessTokens,
      next.type,
      next.metadata,
      next.secretHash,
      new Date(now.getTime() + CHANGE_LIFETIME),
      next.requirePushedAuthorizationRequests,
      next.postLogoutRedirectUris ?? null,
      next.backchannelLogoutUri ?? null,
      next.backchannelLogoutSessionRequired ?? false,
    ];
    return this.database.transaction(async (transaction) => {
      const first = await this.database.one<{ isChanged: boolean; ended: EndedGrant[] }>(
        this.replaceRow,
        values,
        transaction,
      );
      if (!first?.isChanged) return first?.ended ?? null;
      const again = [clientId, next.nextHash, now, lastTokenExpiresAt];
      const second = await this.database.one<{ ended: EndedGrant[] }>(this.endGrants, again, transaction);
      return [...first.ended, ...(second?.ended ?? [])];
    });
  }

  /** Ends all that a client has, and deletes it. Null, with nothing changed, where the token has been replaced meanwhile. */
  async delete(
    clientId: string,
    tokenHash: string,
    now: Date,
    lastTokenExpiresAt: Date,
  ): Promise<EndedGrant[] | null> {
    const heardBy = new Date(now.getTime() + CHANGE_LIFETIME);
    return this.database.transaction(async (transaction) => {
      const look = () =>
        this.database.one<{ ended: EndedGrant[] }>(
          this.endGrants,
          [clientId, tokenHash, now, lastTokenExpiresAt],
          transaction,
        );
      const first = await look();
      if (!first) return null;
      // What was granted in the same moment, for which the first has waited.
      const second = await look();
      await this.database.rows(this.deleteRow, [clientId, tokenHash, heardBy], transaction);
      return [...first.ended, ...(second?.ended ?? [])];
    });
  }
}
