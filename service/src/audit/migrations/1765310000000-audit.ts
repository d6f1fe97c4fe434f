import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Audit1765310000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      CREATE TABLE ${table('auditEvent')} (
        "id" uuid NOT NULL,
        "sequence" bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
        "at" TIMESTAMP WITH TIME ZONE NOT NULL,
        "action" text NOT NULL,
        "outcome" text NOT NULL,
        "userId" text,
        "clientId" text,
        "resource" text,
        "address" text,
        "requestId" text,
        "detail" jsonb NOT NULL,
        "position" bigint,
        "mac" text,
        CONSTRAINT "auditEvent_pkey" PRIMARY KEY ("id")
      );
      CREATE UNIQUE INDEX "auditEvent_sequence_key" ON ${table('auditEvent')} ("sequence");
      CREATE UNIQUE INDEX "auditEvent_position_key" ON ${table('auditEvent')} ("position");
      CREATE INDEX "auditEvent_userId_idx" ON ${table('auditEvent')} ("userId", "sequence");
      CREATE INDEX "auditEvent_clientId_idx" ON ${table('auditEvent')} ("clientId", "sequence");
      CREATE INDEX "auditEvent_action_idx" ON ${table('auditEvent')} ("action", "sequence");
      CREATE INDEX "auditEvent_requestId_idx" ON ${table('auditEvent')} ("requestId");
      CREATE INDEX "auditEvent_unsealed_idx" ON ${table('auditEvent')} ("sequence") WHERE "position" IS NULL;

      CREATE TABLE ${table('auditCheckpoint')} (
        "position" bigint NOT NULL,
        "mac" text NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "signature" text NOT NULL,
        CONSTRAINT "auditCheckpoint_pkey" PRIMARY KEY ("position")
      );

      CREATE TABLE ${table('auditKey')} (
        "generation" integer NOT NULL,
        "sealed" text NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "auditKey_pkey" PRIMARY KEY ("generation")
      );

      CREATE FUNCTION ${table('auditEventKeeper')}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF OLD."position" IS NULL AND NEW."position" IS NOT NULL AND NEW."mac" IS NOT NULL
            AND to_jsonb(NEW) - 'position' - 'mac' = to_jsonb(OLD) - 'position' - 'mac' THEN
            RETURN NEW;
          END IF;
        ELSIF TG_OP = 'DELETE' AND current_setting('mcp_auth.audit_retention', true) = 'on' THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'The audit is written once: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$;
      CREATE TRIGGER "auditEvent_rows" BEFORE UPDATE OR DELETE ON ${table('auditEvent')}
        FOR EACH ROW EXECUTE FUNCTION ${table('auditEventKeeper')}();
      CREATE TRIGGER "auditEvent_table" BEFORE TRUNCATE ON ${table('auditEvent')}
        FOR EACH STATEMENT EXECUTE FUNCTION ${table('auditEventKeeper')}();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of ['auditKey', 'auditCheckpoint', 'auditEvent'])
      await queryRunner.query(`DROP TABLE "${schema}"."${name}"`);
    await queryRunner.query(`DROP FUNCTION "${schema}"."auditEventKeeper"()`);
  }
}
