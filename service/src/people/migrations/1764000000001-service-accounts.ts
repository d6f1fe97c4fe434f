import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ServiceAccounts1764000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;

    await queryRunner.query(`
      CREATE TABLE ${table('user')} (
        "id" uuid NOT NULL,
        "name" text NOT NULL,
        "email" text NOT NULL,
        "emailVerified" boolean NOT NULL DEFAULT false,
        "image" text,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "role" text NOT NULL,
        "disabledAt" TIMESTAMP WITH TIME ZONE,
        CONSTRAINT "user_pkey" PRIMARY KEY ("id")
      );
      CREATE UNIQUE INDEX "user_email_key" ON ${table('user')} ("email");

      CREATE TABLE ${table('session')} (
        "id" uuid NOT NULL,
        "token" text NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "ipAddress" text,
        "userAgent" text,
        "userId" uuid NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "authenticatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "endsAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "session_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES ${table('user')} ("id") ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX "session_token_key" ON ${table('session')} ("token");
      CREATE INDEX "session_expiresAt_idx" ON ${table('session')} ("expiresAt");
      CREATE INDEX "session_userId_idx" ON ${table('session')} ("userId");

      CREATE TABLE ${table('account')} (
        "id" uuid NOT NULL,
        "accountId" text NOT NULL,
        "providerId" text NOT NULL,
        "userId" uuid NOT NULL,
        "accessToken" text,
        "refreshToken" text,
        "idToken" text,
        "accessTokenExpiresAt" TIMESTAMP WITH TIME ZONE,
        "refreshTokenExpiresAt" TIMESTAMP WITH TIME ZONE,
        "scope" text,
        "password" text,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
        CONSTRAINT "account_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES ${table('user')} ("id") ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX "account_provider_key" ON ${table('account')} ("providerId", "accountId");
      CREATE INDEX "account_userId_idx" ON ${table('account')} ("userId");

      CREATE TABLE ${table('setupLink')} (
        "hash" text NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "setupLink_pkey" PRIMARY KEY ("hash")
      );

      CREATE TABLE ${table('signInThrottle')} (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of ['signInThrottle', 'setupLink', 'account', 'session', 'user'])
      await queryRunner.query(`DROP TABLE "${schema}"."${name}"`);
  }
}
