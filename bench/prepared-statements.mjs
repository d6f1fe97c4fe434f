// What preparing the hot statements by name saves: answers a second with and without, in one run.
//   npm run build && DATABASE_URL=… node bench/prepared-statements.mjs
// Makes the schema bench_statements, and drops it.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { atOnce, freshIssuer, median, startServer } from './harness.mjs';

const REQUESTS = 2_000;
const ROUNDS = 9;

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL that may be written to.');
const schema = 'bench_statements';
const credentials = { clientId: 'bench', clientSecret: randomBytes(32).toString('hex') };
const options = {
  issuer: freshIssuer(),
  secret: randomBytes(32).toString('base64'),
  introspection: credentials,
};
const instance = (preparedStatements) =>
  startServer({ ...options, database: { url, schema, preparedStatements } });
const pool = new pg.Pool({ connectionString: url });
const drop = () => pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);

await drop();
try {
  const servers = [await instance(false), await instance(true)];
  const [token] = await servers[0].ask('tokens', ['alice']);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const secret = { client_id: credentials.clientId, client_secret: credentials.clientSecret };
  // A revoked or unknown token takes the same statement as a good one.
  const paths = {
    '/introspect': [new URLSearchParams({ ...secret, token }), 200],
    '/revoke': [new URLSearchParams({ ...secret, token: 'x'.repeat(43) }), 200],
  };
  for (const [path, [body, expected]] of Object.entries(paths)) {
    const rates = [[], []];
    for (let round = -1; round < ROUNDS; round++)
      for (const [index, server] of servers.entries()) {
        const started = performance.now();
        await atOnce(REQUESTS, async () => {
          const status = await server.post(path, String(body), form);
          if (status !== expected) throw new Error(`${path}: ${status}`);
        });
        if (round >= 0) rates[index].push(REQUESTS / ((performance.now() - started) / 1000));
      }
    const [without, prepared] = rates.map(median);
    console.log(
      `${path.padEnd(12)} ${without.toFixed(0)} answers a second unprepared, ${prepared.toFixed(0)} prepared: ${(prepared / without).toFixed(2)} ×`,
    );
  }
  await Promise.all(servers.map((server) => server.stop()));
} finally {
  await drop();
  await pool.end();
}
