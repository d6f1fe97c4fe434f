// What the guard adds to a call: CPU time of the server for the same request, unguarded, behind a guard that lets all
// through, and behind ours, in one run. Rounds are interleaved, and ratios are taken within each; the first ones, in which
// V8 still compiles, do not count.
//   npm run build && node bench/guard.mjs
// PLATFORM=fastify has the host on Fastify; ROUNDS and REQUESTS change how long it takes. DATABASE_URL names a PostgreSQL in
// place of the embedded one, whose memory counts; the schema bench_guard is made there, and dropped.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freshIssuer, median, startServer } from './harness.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 1_000);
const ROUNDS = Number(process.env.ROUNDS ?? 40);
const LIVE = [10_000, 50_000];
/** Calls of each kind before the first round that counts. */
const WARM_UP = 5_000;

const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-bench-'));
const url = process.env.DATABASE_URL;
const options = {
  issuer: freshIssuer(),
  platform: process.env.PLATFORM,
  ...(url
    ? { database: { url, schema: 'bench_guard' }, secret: randomBytes(32).toString('base64') }
    : { database: { dataDir } }),
};
const server = await startServer(options);
/** Another replica, so that what it takes to make tokens is no memory of the one that is measured. */
const maker = url ? await startServer(options) : server;
const tokens = (count) => maker.ask('tokens', Array(count).fill('alice'));
const seen = await tokens(1);
const megabytes = async () => `${((await server.ask('memory')) / 1e6).toFixed(0)} MB resident`;
for (const path of ['/plain', '/open', '/mcp']) await server.cpuPerCall(path, 2 * REQUESTS, seen);
console.log(`after ${6 * REQUESTS} calls with one token: ${await megabytes()}`);
const live = [];
for (const count of LIVE) {
  const before = live.length;
  while (live.length < count) live.push(...(await tokens(5_000)));
  await server.cpuPerCall('/mcp', count - before, live.slice(before));
  console.log(`after ${count} tokens: ${await megabytes()}`);
}
/** Other ones in each round, from all over the cache. */
const rotation = (count) => (round) => {
  const turn = (call) => live[(Math.floor((call * count) / REQUESTS) + round) % count];
  return server.cpuPerCall(
    '/mcp',
    REQUESTS,
    Array.from({ length: REQUESTS }, (_, call) => turn(call)),
  );
};

const measured = {
  unguarded: () => server.cpuPerCall('/plain', REQUESTS, seen),
  'a guard that returns true': () => server.cpuPerCall('/open', REQUESTS, seen),
  'token seen before': () => server.cpuPerCall('/mcp', REQUESTS, seen),
  ...Object.fromEntries(LIVE.map((count) => [`${count} live tokens in rotation`, rotation(count)])),
  'token seen first': async () => server.cpuPerCall('/mcp', REQUESTS, await tokens(REQUESTS)),
  'no token': () => server.cpuPerCall('/mcp', REQUESTS, [null], 401),
  'garbage token': () => server.cpuPerCall('/mcp', REQUESTS, ['garbage'], 401),
};
const results = Object.fromEntries(Object.keys(measured).map((name) => [name, []]));
const warmUp = Math.ceil(WARM_UP / REQUESTS);
/** Another order each time: what one leaves for the collector of garbage is paid for by the next. */
const shuffled = () =>
  Object.entries(measured)
    .map((kind) => ({ kind, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ kind }) => kind);
for (let round = 0; round < warmUp + ROUNDS; round++)
  for (const [name, measure] of shuffled()) {
    const value = await measure(round);
    if (round >= warmUp) results[name].push(value);
  }
const { unguarded: plain, ...guarded } = results;
console.log(
  `unguarded: ${median(plain).toFixed(1)} µs CPU per request (median of ${ROUNDS} rounds of ${REQUESTS})`,
);
for (const [name, values] of Object.entries(guarded)) {
  const ratio = median(values.map((value, round) => value / plain[round]));
  const added = median(values.map((value, round) => value - plain[round]));
  console.log(`${name}: ${ratio.toFixed(3)} × unguarded, ${added.toFixed(1)} µs added`);
}
await server.stop();
if (maker !== server) await maker.stop();
rmSync(dataDir, { recursive: true, force: true });
if (url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('DROP SCHEMA bench_guard CASCADE');
  await client.end();
}
