import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditProcesses1765460000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      CREATE TABLE ${table('auditProcess')} (
        "id" uuid NOT NULL,
        "generation" integer NOT NULL,
        "version" text NOT NULL,
        "startedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "last" bigint NOT NULL,
        "pending" bigint array NOT NULL,
        "voids" bigint array NOT NULL,
        "statedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "endedAt" TIMESTAMP WITH TIME ZONE,
        "mac" text NOT NULL,
        "prunedThrough" bigint NOT NULL DEFAULT 0,
        "prunedMac" text,
        CONSTRAINT "auditProcess_pkey" PRIMARY KEY ("id")
      );

      ALTER TABLE ${table('auditKey')}
        ADD COLUMN "marksSince" TIMESTAMP WITH TIME ZONE,
        ADD COLUMN "marksMac" text;

      ALTER TABLE ${table('auditEvent')}
        ADD COLUMN "process" uuid,
        ADD COLUMN "number" bigint,
        ADD COLUMN "processMac" text,
        ADD COLUMN "writtenAt" TIMESTAMP WITH TIME ZONE;
      -- In a step of its own: what is there already was not written now.
      ALTER TABLE ${table('auditEvent')} ALTER COLUMN "writtenAt" SET DEFAULT now();
      CREATE UNIQUE INDEX "auditEvent_process_key" ON ${table('auditEvent')} ("process", "number");
      CREATE INDEX "auditEvent_about_idx" ON ${table('auditEvent')}
        (COALESCE("detail" ->> 'target', "detail" ->> 'email', "detail" ->> 'nameDigest'), "sequence")
        WHERE COALESCE("detail" ->> 'target', "detail" ->> 'email', "detail" ->> 'nameDigest') IS NOT NULL;

      CREATE OR REPLACE FUNCTION ${table('auditEventKeeper')}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF OLD."position" IS NULL AND NEW."position" IS NOT NULL AND NEW."mac" IS NOT NULL
            AND to_jsonb(NEW) - 'position' - 'mac' = to_jsonb(OLD) - 'position' - 'mac' THEN
            RETURN NEW;
          END IF;
        ELSIF TG_OP = 'DELETE' AND current_setting('mcp_auth.audit_retention', true) = 'on'
          -- Whatever the clock of a replica says.
          AND (OLD."writtenAt" IS NULL OR OLD."writtenAt" < now() - interval '1 day') THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'The audit is written once: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      CREATE OR REPLACE FUNCTION ${table('auditEventKeeper')}() RETURNS trigger LANGUAGE plpgsql AS $$
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
      DROP INDEX ${table('auditEvent_about_idx')};
      DROP INDEX ${table('auditEvent_process_key')};
      ALTER TABLE ${table('auditEvent')}
        DROP COLUMN "process", DROP COLUMN "number", DROP COLUMN "processMac", DROP COLUMN "writtenAt";
      ALTER TABLE ${table('auditKey')} DROP COLUMN "marksSince", DROP COLUMN "marksMac";
      DROP TABLE ${table('auditProcess')};
    `);
  }
}
