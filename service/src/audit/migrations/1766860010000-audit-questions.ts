import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds what happened at a time, and what was refused, among millions of events. */
export class AuditQuestions1766860010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE INDEX "auditEvent_at_idx" ON "${schema}"."auditEvent" ("at", "sequence");
      CREATE INDEX "auditEvent_refused_idx" ON "${schema}"."auditEvent" ("sequence") WHERE "outcome" = 'refused';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of ['auditEvent_at_idx', 'auditEvent_refused_idx'])
      await queryRunner.query(`DROP INDEX "${schema}"."${name}"`);
  }
}
