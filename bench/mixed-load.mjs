// A figure to plan by: guarded calls, refreshes and whole sign-ins on two replicas and one PostgreSQL, for ten minutes
// unless DURATION (seconds) says otherwise. Throughput, latencies, and the memory of each replica as time goes by.
//   npm run build && DATABASE_URL=… DURATION=600 node bench/mixed-load.mjs
// Makes a database of its own, and drops it.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { freshIssuer, startServer } from './harness.mjs';
import { OAuthClient } from './oauth-client.mjs';

const SECONDS = Number(process.env.DURATION ?? 600);
const WORKERS = Number(process.env.WORKERS ?? 16);
/** Of a hundred requests; the rest are guarded calls. */
const REFRESHES = 5;
const SIGN_INS = 1;

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL whose user may create databases.');
const name = 'mcp_auth_bench_load';
const pool = new pg.Pool({ connectionString: url });
await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
await pool.query(`CREATE DATABASE ${name}`);
const options = {
  issuer: freshIssuer(),
  people: true,
  secret: randomBytes(32).toString('base64'),
  database: { url: Object.assign(new URL(url), { pathname: `/${name}` }).href, schema: 'bench' },
};
const replicas = [await startServer(options), await startServer(options)];
const { client_id: clientId } = await new OAuthClient(replicas[0], '', 'tools').register();
const latencies = { call: [], refresh: [], 'sign-in': [] };
let failures = 0;

async function worker(number) {
  const replica = replicas[number % replicas.length];
  const client = new OAuthClient(replica, clientId, 'tools', `person${number}`);
  // Each person's sign-ins end the oldest of the grants that they made in a browser: never that of the refreshes.
  const visitor = new OAuthClient(replica, clientId, 'tools', `visitor${number}`);
  await client.begin();
  await visitor.begin();
  const first = await client.exchange(await client.code());
  const chain = { token: first.refresh_token };
  const work = {
    call: async () => {
      const status = await replica.call('/mcp', first.access_token);
      if (status !== 201) throw new Error(`A guarded call was answered with ${status}.`);
    },
    refresh: () => client.refresh(chain),
    'sign-in': async () => visitor.exchange(await visitor.code()),
  };
  return async (until) => {
    while (performance.now() < until) {
      const lot = Math.random() * 100;
      const kind = lot < SIGN_INS ? 'sign-in' : lot < SIGN_INS + REFRESHES ? 'refresh' : 'call';
      const started = performance.now();
      try {
        await work[kind]();
        latencies[kind].push(performance.now() - started);
      } catch (error) {
        failures += 1;
        console.error(String(error));
      }
    }
  };
}

const memory = async (when) => {
  const bytes = await Promise.all(replicas.map((replica) => replica.ask('memory')));
  console.log(`${when}: ${bytes.map((each) => `${(each / 1e6).toFixed(0)} MB`).join(', ')}`);
};
try {
  const workers = [];
  for (let number = 0; number < WORKERS; number++) workers.push(await worker(number));
  const started = performance.now();
  const until = started + SECONDS * 1000;
  await memory('at the start');
  const looking = setInterval(
    () => void memory(`after ${Math.round((performance.now() - started) / 1000)} s`),
    Math.max(5_000, SECONDS * 100),
  );
  await Promise.all(workers.map((work) => work(until)));
  clearInterval(looking);
  await memory('at the end');
  for (const [kind, values] of Object.entries(latencies)) {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1) ?? '–';
    console.log(
      `${kind}: ${(values.length / SECONDS).toFixed(1)} a second, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
    );
  }
  console.log(`${failures} failures`);
} finally {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await pool.end();
}
