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

export interface Consent {
  scopes: string[];
  /** Whether the client may stay connected. */
  refreshable: boolean;
}

@Injectable()
export class ConsentStore {
  constructor(private readonly database: Database) {}

  private readonly selectConsent = this.database.statement(
    'consent-find',
    (table) => `
    SELECT "scopes", "refreshable" IS TRUE AS "refreshable" FROM ${table('oauthConsent')}
    WHERE "userId" = $1 AND "clientId" = $2 AND "redirectHost" = $3 AND "resource" = $4 AND "consentGiven"
      AND "clientDigest" IS NOT DISTINCT FROM $5`,
  );

  /** What the person has allowed before; nothing where they have not. */
  async find({ userId, clientId, redirectHost, resource, clientDigest }: ConsentKey): Promise<Consent> {
    const values = [userId, clientId, redirectHost, resource, clientDigest];
    return (
      (await this.database.one<Consent>(this.selectConsent, values)) ?? { scopes: [], refreshable: false }
    );
  }
}
