import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { InvalidRequestError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { isDatabaseAway } from './database-away.js';
import type { OwnedDataSource } from './owned-data-source.js';
import { RowQueue } from './row-queue.js';
import { errorCode } from './error-code.js';
import { loadPg } from './optional-peers.js';

/** SQL text, and the name it is prepared under. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** Which of its values names the row that it may have to wait for; null for none. */
  readonly row: number | null;
  /** Milliseconds in which it has its answer; null for as long as any. */
  readonly patience: number | null;
  /** Whether its plan is kept, whatever its values are. */
  readonly isPrepared: boolean;
}

export interface StatementOptions {
  /** Which value names the row that it may have to wait for. Default: the first, where it writes anything. */
  row?: number;
  /** Milliseconds in which it has its answer. */
  patience?: number;
  /** False where its values say how it is read best: it is planned anew each time. Default true. */
  isPrepared?: boolean;
}

const WRITES = /\b(INSERT|UPDATE|DELETE)\b/;
/** The part of the pool that may wait for one row. Two suffice: one at work, and one that goes on at once. */
const ROW_SHARE = 0.25;
/** The part that one kind of write may take: many rows can wait for one, such as the tokens of a grant for the grant. */
const KIND_SHARE = 0.5;

/** A transaction of the host's on the module's DataSource. */
export type Transaction = EntityManager;

interface Pool {
  query(query: SentStatement): Promise<{ rows: unknown[] }>;
}

/** As `pg` sends it. A description of one it copies first, property by property. */
type SentStatement = pg.Query & { name?: string; patience?: number | null };

export interface DatabaseSettings {
  /** Undefined for the embedded database. */
  url?: string;
  schema: string;
  poolSize: number;
  preparedStatements: boolean;
}

/** Runs the library's statements, prepared by name on the pool of the module's DataSource. */
export class Database {
  private readonly pool: Pool;
  private readonly rowQueue: RowQueue;
  private readonly kindQueue: RowQueue;
  private readonly Query = loadPg().Query;

  constructor(
    private readonly dataSource: OwnedDataSource,
    private readonly settings: DatabaseSettings,
  ) {
    this.pool = (dataSource.driver as PostgresDriver).master as Pool;
    const places = (share: number) => Math.max(1, Math.floor(settings.poolSize * share));
    this.rowQueue = new RowQueue(places(ROW_SHARE));
    this.kindQueue = new RowQueue(places(KIND_SHARE));
  }

  /** Nest closes the DataSource before it ends the module, as both are global: what reads from it goes on until here. */
  beforeClosing(end: () => Promise<void>): void {
    this.dataSource.beforeDestroy(end);
  }

  /** A statement whose text names its tables through `table`; a changed text gets a new name. */
  statement(
    name: string,
    build: (table: (name: string) => string) => string,
    { row = 0, patience, isPrepared = true }: StatementOptions = {},
  ): Statement {
    const text = build((table) => `"${this.settings.schema}"."${table}"`);
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
    return {
      name: `${name}_${digest}`,
      text,
      row: WRITES.test(text) ? row : null,
      patience: patience ?? null,
      isPrepared,
    };
  }

  /**
   * @param transaction where the statement belongs to one; by default it is one of its own.
   * @throws TemporarilyUnavailableError when the database is away.
   */
  async rows<Row>(statement: Statement, values: unknown[], transaction?: Transaction): Promise<Row[]> {
    const { name, text } = statement;
    try {
      if (transaction) return await transaction.query<Row[]>(text, values);
      const { patience, isPrepared } = statement;
      const isKept = this.settings.preparedStatements && isPrepared;
      const query: SentStatement = new this.Query(text, values);
      if (isKept) query.name = name;
      query.patience = patience;
      const send = () => this.pool.query(query);
      const { rows } = await (statement.row === null
        ? send()
        : this.inTurn(name, values[statement.row], send));
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

  /**
   * Runs what belongs together in one transaction of its own: BEGIN and COMMIT are two messages more.
   * @throws TemporarilyUnavailableError when the database is away; nothing was changed then, or the answer was lost.
   */
  async transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      if (isDatabaseAway(error)) throw new TemporarilyUnavailableError(undefined, { cause: error });
      throw error;
    }
  }

  /** Frees space and writes everything out where no server does it; nothing on a server. */
  async maintain(): Promise<void> {
    if (this.settings.url !== undefined) return;
    await this.dataSource.query('VACUUM ANALYZE');
    await this.dataSource.query('CHECKPOINT');
  }

  private inTurn<T>(kind: string, row: unknown, send: () => Promise<T>): Promise<T> {
    const next = () => this.kindQueue.run(kind, send);
    return typeof row === 'string' ? this.rowQueue.run(row, next) : next();
  }
}

/** SQLSTATE 22021 and 22P05: a NUL character, or half of one, that none of the checks before has found. */
function isUnstorable(error: unknown): boolean {
  return ['22021', '22P05'].includes(errorCode(error));
}
