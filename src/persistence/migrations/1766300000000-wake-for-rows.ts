import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A statement that could revoke, and does not, wakes nobody: every exchange and refresh is one. */
export class WakeForRows1766300000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE FUNCTION "${schema}"."oauthRevocation_wake"() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM added) THEN
          PERFORM pg_notify('mcp_auth_revocation', TG_TABLE_SCHEMA);
        END IF;
        RETURN NULL;
      END $$;
      DROP TRIGGER "oauthRevocation_notify" ON "${schema}"."oauthRevocation";
      CREATE TRIGGER "oauthRevocation_notify" AFTER INSERT ON "${schema}"."oauthRevocation"
        REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION "${schema}"."oauthRevocation_wake"();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP TRIGGER "oauthRevocation_notify" ON "${schema}"."oauthRevocation";
      DROP FUNCTION "${schema}"."oauthRevocation_wake"();
      CREATE TRIGGER "oauthRevocation_notify" AFTER INSERT ON "${schema}"."oauthRevocation"
        FOR EACH STATEMENT EXECUTE FUNCTION "${schema}"."oauthRevocation_notify"();
    `);
  }
}
