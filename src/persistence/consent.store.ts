import { Injectable } from '@nestjs/common';
import { Database } from './database.js';

/** What consent is remembered for. */
export interface ConsentKey {
  userId: string;
  clientId: string;
  /** Host of the redirect URI, or its scheme when it is private-use. */
  redirectHost: string;
  resource: string;
  /** The client's, when it was given: what has changed since is asked again. */
  clientDigest: string | null;
}

@Injectable()
export class ConsentStore {
  constructor(private readonly database: Database) {}

  private readonly selectScopes = this.database.statement(
    'consent-find',
    (table) => `
    SELECT "scopes" FROM ${table('oauthConsent')}
    WHERE "userId" = $1 AND "clientId" = $2 AND "redirectHost" = $3 AND "resource" = $4 AND "consentGiven"
      AND "clientDigest" IS NOT DISTINCT FROM $5`,
  );

  /** The scopes the person has allowed before; empty for none. */
  async scopes({ userId, clientId, redirectHost, resource, clientDigest }: ConsentKey): Promise<string[]> {
    const values = [userId, clientId, redirectHost, resource, clientDigest];
    return (await this.database.one<{ scopes: string[] }>(this.selectScopes, values))?.scopes ?? [];
  }
}
