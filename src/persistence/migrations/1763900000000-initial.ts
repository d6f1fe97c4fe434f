import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;

    await queryRunner.query(`
      CREATE TABLE ${table('oauthApplication')} (
        "id" uuid NOT NULL,
        "name" text,
        "icon" text,
        "metadata" jsonb,
        "clientId" text NOT NULL,
        "clientSecret" text,
        "redirectUrls" text array NOT NULL,
        "type" text NOT NULL,
        "disabled" boolean NOT NULL DEFAULT false,
        "userId" text,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "source" text NOT NULL,
        "grantTypes" text array NOT NULL,
        "tokenEndpointAuthMethod" text NOT NULL,
        "secretExpiresAt" TIMESTAMP WITH TIME ZONE,
        "clientUri" text,
        "grantedAt" TIMESTAMP WITH TIME ZONE,
        CONSTRAINT "oauthApplication_pkey" PRIMARY KEY ("id")
      );
      CREATE UNIQUE INDEX "oauthApplication_clientId_key" ON ${table('oauthApplication')} ("clientId");
      CREATE INDEX "oauthApplication_userId_idx" ON ${table('oauthApplication')} ("userId");

      CREATE TABLE ${table('oauthGrant')} (
        "id" uuid NOT NULL,
        "clientId" text NOT NULL,
        "userId" text NOT NULL,
        "resource" text NOT NULL,
        "scopes" text array NOT NULL,
        "refreshable" boolean NOT NULL,
        "authenticatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "revokedAt" TIMESTAMP WITH TIME ZONE,
        CONSTRAINT "oauthGrant_pkey" PRIMARY KEY ("id")
      );
      CREATE INDEX "oauthGrant_clientId_userId_idx" ON ${table('oauthGrant')} ("clientId", "userId");
      CREATE INDEX "oauthGrant_userId_idx" ON ${table('oauthGrant')} ("userId");
      CREATE INDEX "oauthGrant_expiresAt_idx" ON ${table('oauthGrant')} ("expiresAt");

      CREATE TABLE ${table('oauthAuthorizationCode')} (
        "hash" text NOT NULL,
        "grantId" uuid NOT NULL,
        "redirectUri" text NOT NULL,
        "codeChallenge" text NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "consumedAt" TIMESTAMP WITH TIME ZONE,
        CONSTRAINT "oauthAuthorizationCode_pkey" PRIMARY KEY ("hash")
      );
      CREATE INDEX "oauthAuthorizationCode_grantId_idx" ON ${table('oauthAuthorizationCode')} ("grantId");
      CREATE INDEX "oauthAuthorizationCode_expiresAt_idx" ON ${table('oauthAuthorizationCode')} ("expiresAt");

      CREATE TABLE ${table('oauthAccessToken')} (
        "id" uuid NOT NULL,
        "accessToken" text NOT NULL,
        "refreshToken" text,
        "accessTokenExpiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "refreshTokenExpiresAt" TIMESTAMP WITH TIME ZONE,
        "clientId" text NOT NULL,
        "userId" text,
        "scopes" text array NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "grantId" uuid NOT NULL,
        "rotatedAt" TIMESTAMP WITH TIME ZONE,
        "successorHash" text,
        "successorSealed" bytea,
        CONSTRAINT "oauthAccessToken_pkey" PRIMARY KEY ("id")
      );
      CREATE UNIQUE INDEX "oauthAccessToken_accessToken_key" ON ${table('oauthAccessToken')} ("accessToken");
      CREATE UNIQUE INDEX "oauthAccessToken_refreshToken_key" ON ${table('oauthAccessToken')} ("refreshToken");
      CREATE INDEX "oauthAccessToken_clientId_idx" ON ${table('oauthAccessToken')} ("clientId");
      CREATE INDEX "oauthAccessToken_userId_idx" ON ${table('oauthAccessToken')} ("userId");
      CREATE INDEX "oauthAccessToken_grantId_idx" ON ${table('oauthAccessToken')} ("grantId");

      CREATE TABLE ${table('oauthConsent')} (
        "id" uuid NOT NULL,
        "clientId" text NOT NULL,
        "userId" text NOT NULL,
        "scopes" text array NOT NULL,
        "consentGiven" boolean NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "redirectHost" text NOT NULL,
        "resource" text NOT NULL,
        CONSTRAINT "oauthConsent_pkey" PRIMARY KEY ("id")
      );
      CREATE INDEX "oauthConsent_clientId_idx" ON ${table('oauthConsent')} ("clientId");
      CREATE UNIQUE INDEX "oauthConsent_key"
        ON ${table('oauthConsent')} ("userId", "clientId", "redirectHost", "resource");

      CREATE TABLE ${table('oauthInteraction')} (
        "id" uuid NOT NULL,
        "browserHash" text NOT NULL,
        "request" jsonb NOT NULL,
        "accountId" text,
        "authenticatedAt" TIMESTAMP WITH TIME ZONE,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "oauthInteraction_pkey" PRIMARY KEY ("id")
      );
      CREATE INDEX "oauthInteraction_browserHash_idx" ON ${table('oauthInteraction')} ("browserHash");
      CREATE INDEX "oauthInteraction_expiresAt_idx" ON ${table('oauthInteraction')} ("expiresAt");

      CREATE TABLE ${table('oauthRevocation')} (
        "id" BIGSERIAL NOT NULL,
        "kind" text NOT NULL,
        "subject" text NOT NULL,
        "issuedBefore" TIMESTAMP WITH TIME ZONE NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "xid" bigint NOT NULL,
        CONSTRAINT "oauthRevocation_pkey" PRIMARY KEY ("id")
      );
      CREATE INDEX "oauthRevocation_expiresAt_idx" ON ${table('oauthRevocation')} ("expiresAt");
      CREATE INDEX "oauthRevocation_xid_idx" ON ${table('oauthRevocation')} ("xid");

      CREATE TABLE ${table('signingKey')} (
        "kid" text NOT NULL,
        "alg" text NOT NULL,
        "generation" integer NOT NULL,
        "sealedPrivateKey" bytea NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "signingKey_pkey" PRIMARY KEY ("kid")
      );
      CREATE UNIQUE INDEX "signingKey_generation_key" ON ${table('signingKey')} ("alg", "generation");

      ALTER TABLE ${table('oauthGrant')} ADD CONSTRAINT "oauthGrant_clientId_fkey"
        FOREIGN KEY ("clientId") REFERENCES ${table('oauthApplication')} ("clientId") ON DELETE CASCADE;
      ALTER TABLE ${table('oauthConsent')} ADD CONSTRAINT "oauthConsent_clientId_fkey"
        FOREIGN KEY ("clientId") REFERENCES ${table('oauthApplication')} ("clientId") ON DELETE CASCADE;
      ALTER TABLE ${table('oauthAuthorizationCode')} ADD CONSTRAINT "oauthAuthorizationCode_grantId_fkey"
        FOREIGN KEY ("grantId") REFERENCES ${table('oauthGrant')} ("id") ON DELETE CASCADE;
      ALTER TABLE ${table('oauthAccessToken')} ADD CONSTRAINT "oauthAccessToken_grantId_fkey"
        FOREIGN KEY ("grantId") REFERENCES ${table('oauthGrant')} ("id") ON DELETE CASCADE;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of [
      'signingKey',
      'oauthRevocation',
      'oauthInteraction',
      'oauthConsent',
      'oauthAccessToken',
      'oauthAuthorizationCode',
      'oauthGrant',
      'oauthApplication',
    ])
      await queryRunner.query(`DROP TABLE "${schema}"."${name}"`);
  }
}
