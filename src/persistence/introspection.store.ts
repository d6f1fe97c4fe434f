import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import { grantLives } from './delegated-grants.js';

/** What the database knows of an access token. */
@Injectable()
export class IntrospectionStore {
  constructor(private readonly database: Database) {}

  private readonly selectActive = this.database.statement(
    'token-active',
    (table) => `
    SELECT 1 FROM ${table('oauthAccessToken')} t
    JOIN ${table('oauthGrant')} g ON g."id" = t."grantId"
    JOIN ${table('oauthApplication')} a ON a."clientId" = g."clientId"
    JOIN ${table('oauthResource')} r ON r."identifier" = g."resource"
    WHERE t."accessToken" = $1 AND t."accessTokenExpiresAt" > $2 AND t."revokedAt" IS NULL
      AND ${grantLives(table, 'g', '$2')} AND NOT a."disabled" AND r."enabled"`,
  );

  /** Whether a token of this `jti` was issued and nothing of it has been taken back. */
  async isActive(tokenId: string, now: Date): Promise<boolean> {
    return (await this.database.one(this.selectActive, [tokenId, now])) !== null;
  }
}
