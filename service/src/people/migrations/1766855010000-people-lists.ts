import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An index for each question that the list of people, and that of invitations, is asked. */
export class PeopleLists1766855010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      CREATE INDEX "user_name_idx" ON ${table('user')} (lower("name"), "email");
      CREATE INDEX "user_lastSignInAt_idx" ON ${table('user')}
        (COALESCE("lastSignInAt", '-infinity'::timestamptz), "id");
      CREATE INDEX "user_createdAt_idx" ON ${table('user')} ("createdAt", "id");
      CREATE INDEX "user_role_idx" ON ${table('user')} ("role");
      CREATE INDEX "user_disabledAt_idx" ON ${table('user')} ("disabledAt") WHERE "disabledAt" IS NOT NULL;
      CREATE INDEX "user_groups_idx" ON ${table('user')} USING gin ("groups");
      CREATE INDEX "identity_groups_idx" ON ${table('identity')} USING gin ("groups");
      CREATE INDEX "invitation_createdAt_idx" ON ${table('invitation')} ("createdAt", "id");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const names = ['name', 'lastSignInAt', 'createdAt', 'role', 'disabledAt', 'groups'].map(
      (name) => `user_${name}_idx`,
    );
    for (const name of [...names, 'identity_groups_idx', 'invitation_createdAt_idx'])
      await queryRunner.query(`DROP INDEX "${schema}"."${name}"`);
  }
}
