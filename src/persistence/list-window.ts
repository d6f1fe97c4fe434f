/** Which rows of a list: those next to one of its rows. */
export interface ListWindow {
  /** Where it begins: the values of what the list is sorted by, the last one unique. Default: at its first row. */
  place?: { direction: 'after' | 'before'; key: readonly string[] };
  descending: boolean;
  /** Rows at most. */
  limit: number;
}

/** What a list is sorted by, and how a value of it is read back from text. */
export interface SortColumn {
  sql: string;
  type: 'text' | 'timestamptz' | 'uuid';
}

/** The values of a statement that is put together, each named where it stands. */
export class StatementValues {
  readonly all: unknown[] = [];

  /** `$n` of this value. */
  place(value: unknown): string {
    return `$${this.all.push(value)}`;
  }
}

/** The column that answers a row's key, and the parts of a SELECT that find the rows: nearest to the place first. */
export function windowSql(
  columns: readonly SortColumn[],
  { place, descending, limit }: ListWindow,
  values: StatementValues,
): { key: string; condition: string; order: string } {
  const isReversed = (place?.direction === 'before') !== descending;
  const names = columns.map(({ sql }) => sql);
  const key = `ARRAY[${names.map((sql) => `(${sql})::text`).join(', ')}]`;
  const limits = place?.key.map(
    (value, index) => `${values.place(value)}::${columns[index]?.type ?? 'text'}`,
  );
  const condition = limits
    ? `(${names.join(', ')}) ${isReversed ? '<' : '>'} (${limits.join(', ')})`
    : 'true';
  const order = names.map((sql) => `${sql} ${isReversed ? 'DESC' : 'ASC'}`).join(', ');
  return { key, condition, order: `ORDER BY ${order} LIMIT ${values.place(limit)}` };
}

/** A pattern of ILIKE for what holds this text. */
export function holding(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
