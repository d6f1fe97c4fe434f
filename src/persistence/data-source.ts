import type { DataSource, DataSourceOptions } from 'typeorm';
import { boundedClient, CONNECT_DEADLINE, limitSession } from './bounded-client.js';
import { type DatabaseCheck, readOwner } from './database-check.js';
import { type DatabaseTemplate, openEmbeddedDatabase } from './embedded-database.js';
import { ENTITIES } from './entities/index.js';
import { migrate, pendingMigrations } from './migrate.js';
import { MIGRATIONS } from './migrations/index.js';
import { OwnedDataSource } from './owned-data-source.js';
import { checkTypeOrm } from './supported-typeorm.js';
import { errorCode, errorMessage, errorsOf } from './error-code.js';

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
  /** False for a role that may only read and write. Default true. */
  migrate?: boolean;
  /** Looks at what is there before migrations change it. Default: nobody does. */
  check?: DatabaseCheck;
  /** The host's own, beside the library's. */
  entities?: Function[];
  migrations?: Function[];
}

/** SQLSTATE. */
const INSUFFICIENT_PRIVILEGE = '42501';

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
    extra: {
      connectionTimeoutMillis: CONNECT_DEADLINE,
      keepAlive: true,
      Client: boundedClient(),
      onConnect: limitSession,
    },
  } satisfies DataSourceOptions;
}

/**
 * Opens the DataSource, and brings its schema up to date, one process at a time.
 * @throws Error with a sentence that says what to change when the database cannot be used.
 */
export async function openDataSource(settings: DataSourceSettings): Promise<OwnedDataSource> {
  const dataSource = await connect(settings);
  try {
    if (settings.migrate === false) await refusePending(dataSource);
    else await migrateNow(dataSource, settings);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/**
 * Brings the schema up to date, and closes the database again. Names of the migrations that ran.
 * @throws Error with a sentence that says what to change.
 */
export async function migrateDatabase(settings: DataSourceSettings): Promise<string[]> {
  const dataSource = await connect(settings);
  try {
    return await migrateNow(dataSource, settings);
  } finally {
    await dataSource.destroy();
  }
}

async function connect(settings: DataSourceSettings): Promise<OwnedDataSource> {
  checkTypeOrm();
  const options = dataSourceOptions(settings);
  const embedded = settings.url
    ? null
    : await openEmbeddedDatabase(settings.dataDir ?? './data', settings.template);
  try {
    const dataSource = new OwnedDataSource({ ...options, ...embedded?.connection }, embedded);
    await dataSource.initialize();
    return dataSource;
  } catch (error) {
    await embedded?.close();
    throw unusable(error);
  }
}

async function migrateNow(dataSource: DataSource, { schema, check }: DataSourceSettings): Promise<string[]> {
  const [pending] = await readable(pendingMigrations(dataSource));
  if (pending === undefined) return [];
  // A start that fails must not have migrated.
  check?.check(await readable(readOwner(dataSource, schema)));
  try {
    return await migrate(dataSource, schema);
  } catch (error) {
    if (errorCode(error) === INSUFFICIENT_PRIVILEGE)
      throw new Error(
        `The database's role may not change the schema (${errorMessage(error)}): run the command \`migrate\` as the role that owns it, and set database.migrate to false here.`,
        { cause: error },
      );
    throw unusable(error);
  }
}

async function refusePending(dataSource: DataSource): Promise<void> {
  const names = await readable(pendingMigrations(dataSource));
  if (names.length > 0)
    throw new Error(
      `The database lacks ${names.length} migrations, from ${names[0]} on: run the command \`migrate\` as the role that owns the schema.`,
    );
}

/** What is read of a database. @throws Error with a sentence where it cannot be. */
function readable<Result>(reading: Promise<Result>): Promise<Result> {
  return reading.catch((error: unknown) => {
    throw unusable(error);
  });
}

function unusable(error: unknown): Error {
  return new Error(`The database cannot be used (${reason(error)}): check database.url (DATABASE_URL).`, {
    cause: error,
  });
}

function reason(error: unknown): string {
  const [first] = errorsOf(error);
  return first === undefined ? errorMessage(error) : reason(first);
}
