import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Expands: the version before goes on with `account` and `user.groups`, which this one writes too, and what that one writes
 * reaches `identity` by triggers. A later version drops the triggers, and what they read.
 */
export class Identities1765640000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      ALTER TABLE ${table('user')} ADD "subject" text;
      UPDATE ${table('user')} SET "subject" = "id"::text;
      ALTER TABLE ${table('user')} ALTER "subject" SET NOT NULL;
      CREATE UNIQUE INDEX "user_subject_key" ON ${table('user')} ("subject");

      CREATE TABLE ${table('identity')} (
        "id" uuid NOT NULL,
        "userId" uuid NOT NULL,
        "issuer" text NOT NULL,
        "sub" text NOT NULL,
        "groups" text[] NOT NULL DEFAULT '{}',
        "groupsReadAt" TIMESTAMP WITH TIME ZONE,
        "provesAddress" boolean NOT NULL DEFAULT false,
        "isSource" boolean NOT NULL DEFAULT false,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "identity_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "identity_userId_fkey" FOREIGN KEY ("userId") REFERENCES ${table('user')} ("id") ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX "identity_issuer_sub_key" ON ${table('identity')} ("issuer", "sub");
      CREATE INDEX "identity_userId_idx" ON ${table('identity')} ("userId");

      -- An account that an identity has made has its name and address from there; the groups are the last one's.
      WITH ordered AS (
        SELECT a.*, row_number() OVER (PARTITION BY a."userId" ORDER BY a."createdAt", a."id") AS age,
          count(*) OVER (PARTITION BY a."userId") AS others
        FROM ${table('account')} a WHERE a."providerId" <> 'credential'
      )
      INSERT INTO ${table('identity')}
        ("id", "userId", "issuer", "sub", "groups", "groupsReadAt", "provesAddress", "isSource", "createdAt")
      SELECT o."id", o."userId", o."providerId", o."accountId",
        CASE WHEN o.age = o.others THEN u."groups" ELSE '{}' END,
        CASE WHEN o.age = o.others THEN u."groupsReadAt" END,
        o.age = 1 AND u."emailVerified", o.age = 1 AND u."emailVerified", o."createdAt"
      FROM ordered o JOIN ${table('user')} u ON u."id" = o."userId";

      CREATE FUNCTION "${schema}"."userSubject"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW."subject" := coalesce(NEW."subject", NEW."id"::text);
        RETURN NEW;
      END $$;
      CREATE TRIGGER "user_subject" BEFORE INSERT ON ${table('user')}
        FOR EACH ROW EXECUTE FUNCTION "${schema}"."userSubject"();

      CREATE FUNCTION "${schema}"."accountIdentity"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' THEN
          DELETE FROM ${table('identity')} WHERE "issuer" = OLD."providerId" AND "sub" = OLD."accountId";
          RETURN NULL;
        END IF;
        INSERT INTO ${table('identity')}
          ("id", "userId", "issuer", "sub", "groups", "groupsReadAt", "provesAddress", "isSource", "createdAt")
        SELECT NEW."id", NEW."userId", NEW."providerId", NEW."accountId", u."groups", u."groupsReadAt",
          u."emailVerified" AND f."isFirst", u."emailVerified" AND f."isFirst", NEW."createdAt"
        FROM ${table('user')} u, (
          SELECT NOT EXISTS (SELECT 1 FROM ${table('identity')} o WHERE o."userId" = NEW."userId") AS "isFirst"
        ) f WHERE u."id" = NEW."userId" AND NEW."providerId" <> 'credential'
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER "account_identity" AFTER INSERT OR DELETE ON ${table('account')}
        FOR EACH ROW EXECUTE FUNCTION "${schema}"."accountIdentity"();

      -- Whose groups they are is known only of somebody with one identity; of others, until they sign in once more.
      CREATE FUNCTION "${schema}"."identityGroups"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE ${table('identity')} i SET "groups" = NEW."groups", "groupsReadAt" = NEW."groupsReadAt"
        WHERE i."userId" = NEW."id" AND i."groupsReadAt" IS DISTINCT FROM NEW."groupsReadAt"
          AND NOT EXISTS (
            SELECT 1 FROM ${table('identity')} o WHERE o."userId" = NEW."id" AND o."id" <> i."id"
          );
        RETURN NULL;
      END $$;
      CREATE TRIGGER "user_identityGroups" AFTER UPDATE OF "groups", "groupsReadAt" ON ${table('user')}
        FOR EACH ROW EXECUTE FUNCTION "${schema}"."identityGroups"();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP TRIGGER "user_identityGroups" ON "${schema}"."user";
      DROP TRIGGER "account_identity" ON "${schema}"."account";
      DROP TRIGGER "user_subject" ON "${schema}"."user";
      DROP FUNCTION "${schema}"."identityGroups"();
      DROP FUNCTION "${schema}"."accountIdentity"();
      DROP FUNCTION "${schema}"."userSubject"();
      DROP TABLE "${schema}"."identity";
      ALTER TABLE "${schema}"."user" DROP "subject";
    `);
  }
}
