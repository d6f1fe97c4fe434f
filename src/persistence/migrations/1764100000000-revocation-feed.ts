import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The feed also says what has changed, and wakes who listens. */
export class RevocationFeed1764100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthRevocation" ALTER COLUMN "issuedBefore" DROP NOT NULL;

      CREATE FUNCTION "${schema}"."oauthRevocation_notify"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('mcp_auth_revocation', TG_TABLE_SCHEMA);
        RETURN NULL;
      END $$;
      CREATE TRIGGER "oauthRevocation_notify" AFTER INSERT ON "${schema}"."oauthRevocation"
        FOR EACH STATEMENT EXECUTE FUNCTION "${schema}"."oauthRevocation_notify"();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP TRIGGER "oauthRevocation_notify" ON "${schema}"."oauthRevocation";
      DROP FUNCTION "${schema}"."oauthRevocation_notify"();
      DELETE FROM "${schema}"."oauthRevocation" WHERE "issuedBefore" IS NULL;
      ALTER TABLE "${schema}"."oauthRevocation" ALTER COLUMN "issuedBefore" SET NOT NULL;
    `);
  }
}
