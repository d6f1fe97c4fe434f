import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { InvalidRequestError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { isDatabaseAway } from './database-away.js';

/** SQL text, and the name it is prepared under. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A transaction of the host's on the module's DataSource. */
export type Transaction = EntityManager;

interface Pool {
  query(config: { name?: string; text: string; values: unknown[] }): Promise<{ rows: unknown[] }>;
}

export interface DatabaseSettings {
  /** Undefined for the embedded database. */
  url?: string;
  schema: string;
  preparedStatements: boolean;
}

/** Runs the library's statements, prepared by name on the pool of the module's DataSource. */
export class Database {
  private readonly pool: Pool;

  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: DatabaseSettings,
  ) {
    this.pool = (dataSource.driver as PostgresDriver).master as Pool;
  }

  /** A statement whose text names its tables through `table`; a changed text gets a new name. */
  statement(name: string, build: (table: (name: string) => string) => string): Statement {
    const text = build((table) => `"${this.settings.schema}"."${table}"`);
    return { name: `${name}_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`, text };
  }

  /**
   * @param transaction where the statement belongs to one; by default it is one of its own.
   * @throws TemporarilyUnavailableError when the database is away.
   */
  async rows<Row>(statement: Statement, values: unknown[], transaction?: Transaction): Promise<Row[]> {
    const { name, text } = statement;
    try {
      if (transaction) return await transaction.query<Row[]>(text, values);
      const config = this.settings.preparedStatements ? { name, text, values } : { text, values };
      const { rows } = await this.pool.query(config);
      return rows as Row[];
    } catch (error) {
      if (isDatabaseAway(error)) throw new TemporarilyUnavailableError(undefined, { cause: error });
      if (isUnstorable(error))
        throw new InvalidRequestError('The request holds a character that cannot be stored.', {
          cause: error,
        });
      throw error;
    }
  }

  async one<Row>(statement: Statement, values: unknown[], transaction?: Transaction): Promise<Row | null> {
    const [row] = await this.rows<Row>(statement, values, transaction);
    return row ?? null;
  }

  /** Frees space and writes everything out where no server does it; nothing on a server. */
  async maintain(): Promise<void> {
    if (this.settings.url !== undefined) return;
    await this.dataSource.query('VACUUM ANALYZE');
    await this.dataSource.query('CHECKPOINT');
  }
}

/** SQLSTATE 22021 and 22P05: a NUL character, or half of one, that none of the checks before has found. */
function isUnstorable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['22021', '22P05'].includes(String(error.code));
}
