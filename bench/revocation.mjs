// How soon a revocation on one instance is felt on another while others write, and what many revocations cost.
//   npm run build && DATABASE_URL=… node bench/revocation.mjs
// Makes the schemas bench_few and bench_many, and drops them.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { freshIssuer, median, startServer } from './harness.mjs';

const TRIES = 200;
const WRITERS = 50;
const REVOKED = 100_000;
const REQUESTS = 2_000;
const ROUNDS = 15;

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL that may be written to.');
const secret = randomBytes(32).toString('base64');
const pool = new pg.Pool({ connectionString: url, max: WRITERS + 5 });
const drop = () =>
  pool.query('DROP SCHEMA IF EXISTS bench_few CASCADE; DROP SCHEMA IF EXISTS bench_many CASCADE');
const instance = (schema, issuer) => startServer({ issuer, secret, database: { url, schema } });
const ROWS = `("kind", "subject", "issuedBefore", "expiresAt", "xid")
  SELECT 'token', gen_random_uuid()::text, now(), now() + interval '1 hour', pg_current_xact_id()::text::bigint`;

await drop();
try {
  await propagation();
  await drop();
  await many();
} finally {
  await drop();
  await pool.end();
}

async function propagation() {
  const issuer = freshIssuer();
  const here = await instance('bench_few', issuer);
  const there = await instance('bench_few', issuer);
  const writing = new AbortController();
  let written = 0;
  const writers = Array.from({ length: WRITERS }, async () => {
    const connection = await pool.connect();
    while (!writing.signal.aborted) {
      await connection.query('BEGIN');
      await connection.query(`INSERT INTO bench_few."oauthRevocation" ${ROWS}`);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50));
      await connection.query('COMMIT');
      written++;
    }
    connection.release();
  });
  const users = Array.from({ length: TRIES }, (_, index) => `user ${index}`);
  const tokens = await here.ask('tokens', users);
  const started = performance.now();
  const times = [];
  for (const [index, user] of users.entries()) {
    if ((await there.call('/mcp', tokens[index])) !== 201) throw new Error('A good token was refused.');
    await here.ask('revokeUser', user);
    const revoked = performance.now();
    while ((await there.call('/mcp', tokens[index])) !== 401)
      if (performance.now() - revoked > 10_000) throw new Error('A revocation never came.');
    times.push(performance.now() - revoked);
  }
  const rate = written / ((performance.now() - started) / 1000);
  writing.abort();
  await Promise.all(writers);
  const inTime = times.filter((time) => time <= 1_000).length;
  console.log(`${WRITERS} writers at ${rate.toFixed(0)} commits a second`);
  console.log(
    `refused on the other instance within 1 s: ${inTime} of ${TRIES}; median ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`,
  );
  await Promise.all([here.stop(), there.stop()]);
}

async function many() {
  // A first start makes the tables.
  for (const schema of ['bench_few', 'bench_many']) await (await instance(schema)).stop();
  await pool.query(`INSERT INTO bench_many."oauthRevocation" ${ROWS} FROM generate_series(1, ${REVOKED})`);
  const starts = { few: [], many: [] };
  let few;
  let full;
  for (let round = 0; round < 5; round++) {
    await few?.stop();
    await full?.stop();
    few = await instance('bench_few');
    full = await instance('bench_many');
    starts.few.push(await few.ask('startTime'));
    starts.many.push(await full.ask('startTime'));
  }
  const costs = { few: [], many: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const [a] = await few.ask('tokens', ['alice']);
    const [b] = await full.ask('tokens', ['alice']);
    const pair = [await few.cpuPerCall('/mcp', REQUESTS, [a]), await full.cpuPerCall('/mcp', REQUESTS, [b])];
    if (round < 0) continue;
    costs.few.push(pair[0]);
    costs.many.push(pair[1]);
  }
  const heap = (await full.ask('heap')) - (await few.ask('heap'));
  const later = median(starts.many) - median(starts.few);
  console.log(`start with ${REVOKED} revoked tokens: ${later.toFixed(0)} ms later`);
  console.log(`memory of them: ${(heap / 1e6).toFixed(1)} MB`);
  console.log(
    `guarded call: ${median(costs.few).toFixed(1)} µs CPU with none, ${median(costs.many).toFixed(1)} µs with ${REVOKED}`,
  );
  await Promise.all([few.stop(), full.stop()]);
}
