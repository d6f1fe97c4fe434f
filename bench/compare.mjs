// What each request costs beside oidc-provider in the same shell and database, and beside a floor written by hand: CPU
// time of the server for each answer, in interleaved rounds, as medians of the ratios within a round; then transactions
// and WAL by PostgreSQL's own counters, and the memory of each process. `bare` is the floor without Nest and Express.
//   npm run build && DATABASE_URL=… node bench/compare.mjs
// The client is a registered one at each, and every server is warm before a request counts. Makes a database of its own
// for each, and drops them. ROUNDS and REQUESTS change how long it takes.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { atOnce, freshIssuer, median, startServer } from './harness.mjs';
import { OAuthClient } from './oauth-client.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const REQUESTS = Number(process.env.REQUESTS ?? 200);
/** Requests of each kind before the first that counts: by then the engine has compiled what they run. */
const WARM_UP = 4_000;
/** Fewer than the grants that a person may have with one client at one server. */
const BATCH = 40;
/** Of the database's counters. */
const COUNTED = 20;
/** Milliseconds after which a connection of PostgreSQL that goes on says what it has counted, and one that rests. */
const FLUSH = 1_200;
const REST = 11_000;

const url = process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL whose user may create databases.');
const pool = new pg.Pool({ connectionString: url });
const databases = ['ours', 'peer', 'floor', 'bare'].map((name) => [name, `mcp_auth_bench_${name}`]);
const drop = async () => {
  for (const [, name] of databases) await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
};
const databaseOf = (name) => ({
  url: Object.assign(new URL(url), { pathname: `/mcp_auth_bench_${name}` }).href,
  schema: 'bench',
});
const secret = randomBytes(32).toString('hex');

/** Each answers with its request, and with what must be made for so many of them: a person, whose oldest grant none ends. */
const WORK = {
  'authorize (remembered consent)': async (client) => {
    let person;
    return {
      make: async () => {
        person = await client.withAnother();
      },
      request: () => person.code(),
    };
  },
  exchange: async (client) => {
    const codes = [];
    return {
      make: async (count) => {
        const person = await client.withAnother();
        for (let code = 0; code < count; code++) codes.push(await person.code());
      },
      request: () => client.exchange(codes.pop()),
    };
  },
  refresh: async (client) => {
    const chains = [];
    for (let chain = 0; chain < 16; chain++)
      chains.push({ token: (await client.exchange(await client.code())).refresh_token });
    const request = async () => {
      const chain = chains.pop();
      await client.refresh(chain);
      chains.push(chain);
    };
    return { request };
  },
  register: async (client) => ({ request: () => client.register() }),
  introspect: async (client) => {
    const { access_token: access, refresh_token: refresh } = await client.exchange(await client.code());
    // oidc-provider introspects no JWT of its own: what it stores is the refresh token.
    const token = client.isPeer ? refresh : access;
    return { request: () => client.introspect(token, secret) };
  },
  'discovery document': async (client) => ({ request: () => client.discovery() }),
};
const FLOOR = {
  exchange: (client) => client.send('/token', { grant_type: 'authorization_code' }, 200),
  refresh: (client) => client.send('/token', { grant_type: 'refresh_token' }, 200),
  register: (client) => client.register(),
  introspect: (client) => client.introspect('token', secret),
  'discovery document': (client) => client.discovery(),
};

/** Microseconds of the server's CPU for each request. */
async function cpuOf({ server }, { make, request }) {
  let used = 0;
  for (let left = REQUESTS; left > 0; left -= BATCH) {
    const count = Math.min(left, BATCH);
    await make?.(count);
    const before = await server.ask('cpu');
    await atOnce(count, request);
    const after = await server.ask('cpu');
    used += after.user + after.system - before.user - before.system;
  }
  return used / REQUESTS;
}

/** Transactions and WAL of one request. Background work of the server counts too, and so does the WAL of others. */
async function databaseCost(database, request) {
  const count = async () => {
    await delay(FLUSH);
    await request();
    const text = 'SELECT xact_commit::int AS transactions FROM pg_stat_database WHERE datname = $1';
    return (await pool.query(text, [database])).rows[0].transactions;
  };
  const before = await count();
  const wal = [];
  for (let index = 0; index < COUNTED; index++) {
    const lsn = async () => (await pool.query('SELECT pg_current_wal_insert_lsn() AS lsn')).rows[0].lsn;
    const start = await lsn();
    await request();
    const { rows } = await pool.query(
      'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::int AS bytes',
      [start],
    );
    wal.push(rows[0].bytes);
  }
  const after = await count();
  return { transactions: ((after - before) / (COUNTED + 1)).toFixed(1), wal: Math.min(...wal) };
}

await drop();
const servers = [];
try {
  for (const [, name] of databases) await pool.query(`CREATE DATABASE ${name}`);
  const start = async (options) => servers[servers.push(await startServer(options)) - 1];
  const issuer = freshIssuer();
  const ours = await start({
    issuer,
    people: true,
    secret: randomBytes(32).toString('base64'),
    database: databaseOf('ours'),
    introspection: { clientId: 'server', clientSecret: secret },
  });
  const peerIssuer = freshIssuer();
  const peer = await start({
    issuer: peerIssuer,
    script: 'peer-server.mjs',
    people: true,
    database: databaseOf('peer'),
    resource: `${peerIssuer}/mcp`,
    format: 'jwt',
    clients: [
      {
        client_id: 'server',
        client_secret: secret,
        redirect_uris: [],
        response_types: [],
        grant_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
  });
  const floor = await start({ script: 'floor-server.mjs', database: databaseOf('floor') });
  const bare = await start({ script: 'floor-server.mjs', bare: true, database: databaseOf('bare') });
  // As an MCP client comes to either: registered.
  const registeredAt = async (server) => (await new OAuthClient(server, '', 'tools').register()).client_id;
  const clients = {
    ours: new OAuthClient(ours, await registeredAt(ours), 'tools'),
    peer: Object.assign(new OAuthClient(peer, await registeredAt(peer), 'openid tools'), { isPeer: true }),
    floor: new OAuthClient(floor, 'bench', 'tools'),
    bare: new OAuthClient(bare, 'bench', 'tools'),
  };
  await clients.ours.begin();
  await clients.peer.begin();

  const requestsOf = async (work, name) => {
    if (name === 'ours' || name === 'peer') return WORK[work](clients[name]);
    return FLOOR[work] && { request: () => FLOOR[work](clients[name]) };
  };
  const rows = [];
  for (const work of Object.keys(WORK)) {
    const results = { ours: [], peer: [], floor: [], bare: [] };
    for (let round = -Math.ceil(WARM_UP / REQUESTS); round < ROUNDS; round++)
      for (const name of Object.keys(results)) {
        const request = await requestsOf(work, name);
        if (!request) continue;
        const cpu = await cpuOf(clients[name], request);
        if (round >= 0) results[name].push(cpu);
      }
    const ratio = (one, other) =>
      results[one].length > 0 && results[other].length > 0
        ? median(results[one].map((value, round) => value / results[other][round])).toFixed(2)
        : '–';
    const row = {
      work,
      'µs CPU': Math.round(median(results.ours)),
      '÷ oidc-provider': ratio('ours', 'peer'),
      '÷ floor': ratio('ours', 'floor'),
      'floor ÷ oidc-provider': ratio('floor', 'peer'),
      'bare ÷ oidc-provider': ratio('bare', 'peer'),
    };
    rows.push(row);
    console.log(row);
  }

  for (const [name, database] of databases) {
    const own = new pg.Client({ connectionString: databaseOf(name).url });
    await own.connect();
    await own.query('ANALYZE');
    await own.end();
    for (const row of rows.filter(({ work }) => work !== 'discovery document')) {
      const counted = await requestsOf(row.work, name);
      if (!counted) continue;
      await counted.make?.(COUNTED + 2);
      await delay(REST);
      const { transactions, wal } = await databaseCost(database, counted.request);
      console.log(`${row.work}, ${name}: ${transactions} transactions, ${wal} bytes of WAL`);
    }
  }

  const [token] = await ours.ask('tokens', ['alice']);
  const calls = {
    unguarded: () => ours.cpuPerCall('/plain', REQUESTS, [token]),
    'a guard that returns true': () => ours.cpuPerCall('/open', REQUESTS, [token]),
    'guarded, token seen before': () => ours.cpuPerCall('/mcp', REQUESTS, [token]),
    'a guard that throws': () => ours.cpuPerCall('/refusing', REQUESTS, [null], 401),
    'refused, no token': () => ours.cpuPerCall('/mcp', REQUESTS, [null], 401),
    'refused, garbage token': () => ours.cpuPerCall('/mcp', REQUESTS, ['garbage'], 401),
  };
  const measured = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = -Math.ceil(WARM_UP / REQUESTS); round < 2 * ROUNDS; round++)
    for (const [name, call] of Object.entries(calls)) {
      const cpu = await call();
      if (round >= 0) measured[name].push(cpu);
    }
  console.table(rows);
  console.table(
    Object.entries(measured).map(([call, values]) => ({
      call,
      'µs CPU': Math.round(median(values)),
      '÷ unguarded': median(values.map((value, round) => value / measured.unguarded[round])).toFixed(3),
      'µs added': median(values.map((value, round) => value - measured.unguarded[round])).toFixed(0),
    })),
  );
  for (const [index, [name]] of databases.entries())
    console.log(`${name}: ${((await servers[index].ask('memory')) / 1e6).toFixed(0)} MB resident`);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await drop();
  await pool.end();
}
