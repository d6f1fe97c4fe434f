import { DataSource, MigrationExecutor, type DataSourceOptions } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** Held while migrations run, so that two first boots do not race. */
const MIGRATION_LOCK = 7_216_351_904;

/** Opens the DataSource and brings its schema up to date, one process at a time. */
export async function openDataSource(options: DataSourceOptions & { schema: string }): Promise<DataSource> {
  const dataSource = new DataSource(options);
  await dataSource.initialize();
  try {
    await migrate(dataSource, options.schema);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

async function migrate(dataSource: DataSource, schema: string): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  await queryRunner.connect();
  try {
    await queryRunner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await queryRunner.query(
      `CREATE SCHEMA IF NOT EXISTS ${(dataSource.driver as PostgresDriver).escape(schema)}`,
    );
    await new MigrationExecutor(dataSource, queryRunner).executePendingMigrations();
  } finally {
    await queryRunner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await queryRunner.release();
  }
}
