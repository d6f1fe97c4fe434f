import { DataSource, type DataSourceOptions, MigrationExecutor } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { type DatabaseTemplate, type EmbeddedDatabase, openEmbeddedDatabase } from './embedded-database.js';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';

/** Name of the library's TypeORM connection, for `@InjectRepository(User, MCP_AUTH_CONNECTION)`. */
export const MCP_AUTH_CONNECTION = 'mcp-auth';

export interface DataSourceSettings {
  /** A PostgreSQL URL; without it the embedded database in `dataDir` is used. */
  url?: string;
  dataDir?: string;
  /** What a new embedded database begins with. */
  template?: DatabaseTemplate;
  schema: string;
  poolSize: number;
  /** The host's own, beside the library's. */
  entities?: Function[];
  migrations?: Function[];
}

/** Held while migrations run, so that two first boots do not race. */
const MIGRATION_LOCK = 7_216_351_904;
/** Milliseconds. */
const CONNECT_TIMEOUT = 5_000;

/** What the library's DataSource is made of. */
export function dataSourceOptions({
  url,
  schema,
  poolSize,
  entities = [],
  migrations = [],
}: DataSourceSettings) {
  return {
    type: 'postgres',
    url,
    schema,
    entities: [...ENTITIES, ...entities],
    migrations: [...MIGRATIONS, ...migrations],
    migrationsTableName: 'migrations',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize,
    extra: { connectionTimeoutMillis: CONNECT_TIMEOUT, keepAlive: true },
  } satisfies DataSourceOptions;
}

/**
 * Opens the DataSource and brings its schema up to date, one process at a time.
 * @throws Error with a sentence that says what to change when the database cannot be used.
 */
export async function openDataSource(settings: DataSourceSettings): Promise<DataSource> {
  const embedded = settings.url
    ? null
    : await openEmbeddedDatabase(settings.dataDir ?? './data', settings.template);
  const dataSource = new OwnedDataSource(
    { ...dataSourceOptions(settings), ...embedded?.connection },
    embedded,
  );
  try {
    await dataSource.initialize();
    await migrate(dataSource, settings.schema);
    return dataSource;
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    else await embedded?.close();
    throw new Error(`The database cannot be used (${reason(error)}): check database.url (DATABASE_URL).`, {
      cause: error,
    });
  }
}

/** A DataSource that closes the embedded database after itself. */
class OwnedDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly embedded: EmbeddedDatabase | null,
  ) {
    super(options);
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.embedded?.close();
  }
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

function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
