import type pg from 'pg';
import { CONNECT_DEADLINE } from './bounded-client.js';
import { loadPg } from './optional-peers.js';

/** A table of somebody else's, and the types of its columns as `information_schema` has them. */
export interface ForeignTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, string>;
}

/** What is read of a table: properties by the columns that hold them. */
export interface ForeignRead {
  columns: ReadonlyMap<string, string>;
  /** Only rows whose column is later. */
  after?: { column: string; time: Date };
  /** Only rows whose column is one of these, as text. */
  among?: { column: string; values: readonly string[] };
  /** The latest first, by this column. */
  latestFirst?: string;
}

export type ForeignRow = Readonly<Record<string, unknown>>;

/** Rows that are in memory at a time. */
const PAGE = 1_000;
/** Milliseconds for one statement: a table without an index is read from end to end. */
const PATIENCE = 120_000;
/** Types that are read as what they are; whatever else is read as text. */
const OWN_TYPES = ['ARRAY', 'json', 'jsonb', 'boolean', 'timestamp with time zone'];

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Somebody else's PostgreSQL database, as it is at one moment: nothing is ever written there. */
export class ForeignDatabase {
  private cursors = 0;

  private constructor(
    private readonly client: pg.Client,
    readonly schema: string,
    readonly tables: readonly ForeignTable[],
  ) {}

  /**
   * @param schema where its tables are. Default: the first one of the role's search path.
   * @throws Error with one sentence, which does not hold the URL: there is a password in it.
   */
  static async open(url: string, schema?: string): Promise<ForeignDatabase> {
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
      throw new Error('The database to read must be given as a URL that begins with postgres://.');
    const { Client } = loadPg();
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_DEADLINE,
      query_timeout: PATIENCE,
      keepAlive: true,
      application_name: 'nestjs-mcp-auth import',
    });
    // The statement under way fails with it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const { rows } = await client.query<{
        schema: string | null;
        table: string;
        column: string;
        type: string;
      }>(
        `SELECT s."schema", c.table_name AS "table", c.column_name AS "column", c.data_type AS "type"
        FROM (SELECT COALESCE($1, current_schema()) AS "schema") s
        LEFT JOIN information_schema.columns c ON c.table_schema = s."schema"`,
        [schema ?? null],
      );
      return new ForeignDatabase(client, rows[0]?.schema ?? 'public', tablesOf(rows));
    } catch (error) {
      await client.end().catch(() => undefined);
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The database to read cannot be used: ${reason}`, { cause: error });
    }
  }

  /** All rows, a page at a time. */
  async *pages(table: ForeignTable, read: ForeignRead): AsyncGenerator<ForeignRow[]> {
    const cursor = `read_${(this.cursors += 1)}`;
    const { text, values } = this.selection(table, read);
    await this.client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values);
    for (;;) {
      const { rows } = await this.client.query<ForeignRow>(`FETCH ${PAGE} FROM ${cursor}`);
      if (rows.length > 0) yield rows;
      if (rows.length < PAGE) break;
    }
    await this.client.query(`CLOSE ${cursor}`);
  }

  /** The rows of one page at most. */
  async rows(table: ForeignTable, read: ForeignRead): Promise<ForeignRow[]> {
    const { text, values } = this.selection(table, read);
    return (await this.client.query<ForeignRow>(text, values)).rows;
  }

  /** How many rows have a time in this column that is not later. */
  async countUntil(table: ForeignTable, column: string, time: Date): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(
      `SELECT count(*)::integer AS "count" FROM ${this.from(table)} WHERE ${quoted(column)} <= $1`,
      [time],
    );
    return rows[0]?.count ?? 0;
  }

  /** What more than one row has in this column, when upper case is as good as lower case. */
  async repeated(table: ForeignTable, column: string): Promise<string[]> {
    const { rows } = await this.client.query<{ value: string }>(
      `SELECT lower(${quoted(column)}::text) AS "value" FROM ${this.from(table)} GROUP BY 1 HAVING count(*) > 1`,
    );
    return rows.map(({ value }) => value);
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private from({ name }: ForeignTable): string {
    return `${quoted(this.schema)}.${quoted(name)}`;
  }

  private selection(table: ForeignTable, { columns, after, among, latestFirst }: ForeignRead) {
    const selected = [...columns].map(
      ([property, column]) => `${read(table, column)} AS ${quoted(property)}`,
    );
    const values: unknown[] = [];
    const conditions = [
      after && `${quoted(after.column)} > $${values.push(after.time)}`,
      among && `${quoted(among.column)}::text = ANY ($${values.push(among.values)}::text[])`,
    ].filter(Boolean);
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
    const order = latestFirst === undefined ? '' : ` ORDER BY ${quoted(latestFirst)} DESC`;
    return { text: `SELECT ${selected.join(', ')} FROM ${this.from(table)}${where}${order}`, values };
  }
}

/** Ids may be numbers that JavaScript cannot hold, and a time without a zone is one of UTC, as drivers write it. */
function read({ columns }: ForeignTable, column: string): string {
  const type = columns.get(column) ?? '';
  if (type === 'timestamp without time zone') return `${quoted(column)} AT TIME ZONE 'UTC'`;
  return OWN_TYPES.includes(type) ? quoted(column) : `${quoted(column)}::text`;
}

function tablesOf(rows: readonly { table: string | null; column: string; type: string }[]): ForeignTable[] {
  const tables = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows) {
    if (table === null) continue;
    const columns = tables.get(table) ?? new Map<string, string>();
    tables.set(table, columns.set(column, type));
  }
  return [...tables].map(([name, columns]) => ({ name, columns }));
}
