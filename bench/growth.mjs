// What a refresh costs the database as its tables grow: pages by PostgreSQL's own counters, WAL bytes, and CPU of the
// server, with a thousand rows and with as many as ROWS says, a million unless told.
//   npm run build && DATABASE_URL=… ROWS=1000000 node bench/growth.mjs
// Makes a database of its own, and drops it.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freshIssuer, median, startServer } from './harness.mjs';
import { OAuthClient } from './oauth-client.mjs';

const ROWS = Number(process.env.ROWS ?? 1_000_000);
const REFRESHES = 16;
const BATCHES = 7;
/** Refreshes after which a row of a grant that lives is there. */
const TOKENS_OF_A_GRANT = 10;
/** Milliseconds after which a connection of PostgreSQL says what it has counted. */
const FLUSH = 1_500;

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL whose user may create databases.');
const name = 'mcp_auth_bench_growth';
const administrator = new pg.Pool({ connectionString: url });
await administrator.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
await administrator.query(`CREATE DATABASE ${name}`);
/** One connection, whose counters say all. */
const database = {
  url: Object.assign(new URL(url), { pathname: `/${name}` }).href,
  schema: 'bench',
  poolSize: 1,
};
const pool = new pg.Pool({ connectionString: database.url, max: 1 });
const [grants, tokens] = ['bench."oauthGrant"', 'bench."oauthAccessToken"'];
const server = await startServer({
  issuer: freshIssuer(),
  people: true,
  secret: randomBytes(32).toString('base64'),
  database,
});
const { client_id: clientId } = await new OAuthClient(server, '', 'tools').register();
const client = new OAuthClient(server, clientId, 'tools');

/** SQL of the UUIDv7 of a row that was made so many milliseconds ago. */
const idOf = (age) => `(lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - ${age}), 12, '0') || '7'
  || left(md5(random()::text), 3) || 'a' || left(md5(random()::text), 15))::uuid`;

/** Rows like those that are there, of other people, and older. */
async function grow(rows) {
  await pool.query(
    `INSERT INTO ${grants} SELECT made.*
    FROM (SELECT g AS "one" FROM ${grants} g LIMIT 1) known, generate_series(1, $1::int) n,
      LATERAL jsonb_populate_record(known."one",
        jsonb_build_object('id', ${idOf('n')}, 'userId', 'person-' || n)) made`,
    [Math.ceil(rows / TOKENS_OF_A_GRANT)],
  );
  await pool.query(
    `INSERT INTO ${tokens} OVERRIDING SYSTEM VALUE SELECT made.*
    FROM (SELECT t AS "one" FROM ${tokens} t LIMIT 1) known,
      (SELECT min("statusIndex") AS "least" FROM ${tokens}) last,
      (SELECT g."id", row_number() OVER () AS "number" FROM ${grants} g, generate_series(1, $1::int)
        WHERE g."userId" LIKE 'person-%' LIMIT $2) owner,
      LATERAL (SELECT ${idOf('owner."number"')} AS "id") made_id,
      LATERAL jsonb_populate_record(known."one", jsonb_build_object('id', made_id."id", 'accessToken',
        translate(encode(decode(replace(made_id."id"::text, '-', ''), 'hex'), 'base64'), '+/=', '-_'), 'refreshToken', encode(sha256(gen_random_uuid()::text::bytea), 'hex'),
        'successorHash', NULL, 'grantId', owner."id", 'statusIndex', last."least" - owner."number")) made`,
    [TOKENS_OF_A_GRANT, rows],
  );
  // What it reads in the background would count too.
  for (const table of [grants, tokens])
    await pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
  await pool.query('VACUUM ANALYZE');
}

async function pages() {
  await delay(FLUSH);
  await client.refresh(chains[0]);
  // What made the rows is counted too, once its connection has said so.
  await pool.query('SELECT 1');
  const { rows } = await pool.query(
    `SELECT relname AS name, (coalesce(heap_blks_read + heap_blks_hit, 0) + coalesce(idx_blks_read + idx_blks_hit, 0)
      + coalesce(toast_blks_read + toast_blks_hit, 0))::int AS pages FROM pg_statio_user_tables`,
  );
  return new Map(rows.map(({ name: table, pages: count }) => [table, count]));
}

const chains = [];
try {
  await client.begin();
  for (let chain = 0; chain < 16; chain++)
    chains.push({ token: (await client.exchange(await client.code())).refresh_token });
  for (const rows of [1_000, ROWS]) {
    await grow(rows);
    for (const chain of chains) await client.refresh(chain);
    const cpu = await server.ask('cpu');
    const wal = [];
    const batches = [];
    for (let batch = 0; batch < BATCHES; batch++) {
      const before = await pages();
      for (let index = 0; index < REFRESHES; index++) {
        const lsn = async () => (await pool.query('SELECT pg_current_wal_insert_lsn() AS lsn')).rows[0].lsn;
        const start = await lsn();
        await client.refresh(chains[index % chains.length]);
        const text = 'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::int AS bytes';
        wal.push((await pool.query(text, [start])).rows[0].bytes);
      }
      const after = await pages();
      const touched = [...after].map(([table, count]) => [
        table,
        (count - before.get(table)) / (REFRESHES + 1),
      ]);
      batches.push({ touched, total: touched.reduce((sum, [, count]) => sum + count, 0) });
    }
    const used = await server.ask('cpu');
    // The server tidies up now and then: that is in few of them.
    const { touched, total } = batches.toSorted((a, b) => a.total - b.total)[Math.floor(BATCHES / 2)];
    const micros = (used.user + used.system - cpu.user - cpu.system) / (BATCHES * (REFRESHES + 1));
    console.log(
      `${rows} rows: ${total.toFixed(1)} pages, ${median(wal)} bytes of WAL, ${micros.toFixed(0)} µs CPU a refresh`,
    );
    for (const [table, count] of touched.filter(([, each]) => each >= 0.1))
      console.log(`  ${table}: ${count.toFixed(1)} pages`);
  }
} finally {
  await server.stop();
  await pool.end();
  await administrator.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await administrator.end();
}
