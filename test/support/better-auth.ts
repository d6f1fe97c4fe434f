import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { dropSchema, newSchema, postgresUrl } from './postgres.js';

const FIXTURES = join(import.meta.dirname, '../imports/fixtures');

/** Databases that the real packages have made (`scripts/better-auth/make-fixtures.mjs`). */
export type BetterAuthFixture = 'better_auth_a' | 'better_auth_a_renamed' | 'better_auth_b';

interface KnownClient {
  client_id: string;
  client_secret?: string;
}

/** What its people and clients know. */
export interface BetterAuthSecretsOfPeople {
  madeAt: string;
  /** Of the application; of the first generation alone. */
  secret: string;
  /** Of the second generation alone. */
  resource: string;
  people: Record<string, { id: string; email: string; password: string }>;
  clients: Record<string, KnownClient>;
  refreshTokens: Record<string, string>;
}

export interface BetterAuthApplication extends BetterAuthSecretsOfPeople {
  url: string;
  schema: string;
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  person(name: string): { id: string; email: string; password: string };
  client(name: string): KnownClient;
  refreshToken(name: string): string;
  drop(): Promise<void>;
}

/** One of them in a schema of its own, which its URL names, as if it had been made just now. */
export async function betterAuthApplication(name: BetterAuthFixture): Promise<BetterAuthApplication> {
  const [dump, text] = await Promise.all(
    ['sql', 'json'].map((kind) => readFile(join(FIXTURES, `${name}.${kind}`), 'utf8')),
  );
  const known = JSON.parse(text ?? '') as BetterAuthSecretsOfPeople;
  const schema = newSchema();
  const url = new URL(postgresUrl ?? '');
  url.searchParams.set('options', `-csearch_path=${schema}`);
  const sql = async <Row>(statement: string, values?: unknown[]): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query<Row & pg.QueryResultRow>(statement, values)).rows;
    } finally {
      await client.end();
    }
  };
  // TypeORM takes constraints of one name in two schemas for one.
  const constraints = (dump ?? '').replaceAll(/ADD CONSTRAINT "?(\w+)"?/g, 'ADD CONSTRAINT "old_$1"');
  await sql(`CREATE SCHEMA ${schema}; ${constraints.replaceAll('public.', `${schema}.`)}`);
  await sql(rejuvenation(Date.now() - Date.parse(known.madeAt)));
  const named =
    <Value>(values: Record<string, Value>) =>
    (key: string) => {
      const value = values[key];
      if (value === undefined) throw new Error(`${name} has no ${key}.`);
      return value;
    };
  return {
    ...known,
    url: url.href,
    schema,
    sql,
    person: named(known.people),
    client: named(known.clients),
    refreshToken: named(known.refreshTokens),
    drop: () => dropSchema(schema),
  };
}

/** Moves every time in the database by so many milliseconds. */
const rejuvenation = (age: number) => `
  DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
      WHERE table_schema = current_schema() AND data_type = 'timestamp with time zone'
    LOOP
      EXECUTE format('UPDATE %I SET %I = %I + interval ''${Math.round(age)} milliseconds''', each.table, each.column,
        each.column);
    END LOOP;
  END $$`;
