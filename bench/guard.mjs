// What the guard adds to a call: CPU time of the server for the same request, unguarded, behind a guard that lets all
// through, and behind ours, in one run. Rounds are interleaved, and ratios are taken within each.
//   npm run build && node bench/guard.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, startServer } from './harness.mjs';

const REQUESTS = 1_000;
const ROUNDS = 40;
const LIVE = 10_000;

const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-bench-'));
const server = await startServer({ database: { dataDir } });
const tokens = (count) => server.ask('tokens', Array(count).fill('alice'));
const seen = await tokens(1);
const live = await tokens(LIVE);
for (const path of ['/plain', '/open', '/mcp']) await server.cpuPerCall(path, 2 * REQUESTS, seen);
await server.cpuPerCall('/mcp', LIVE, live);

const measured = {
  'a guard that returns true': () => server.cpuPerCall('/open', REQUESTS, seen),
  'token seen before': () => server.cpuPerCall('/mcp', REQUESTS, seen),
  [`${LIVE} live tokens in rotation`]: (round) =>
    server.cpuPerCall(
      '/mcp',
      REQUESTS,
      live.slice((round * REQUESTS) % LIVE, ((round * REQUESTS) % LIVE) + REQUESTS),
    ),
  'token seen first': async () => server.cpuPerCall('/mcp', REQUESTS, await tokens(REQUESTS)),
  'no token': () => server.cpuPerCall('/mcp', REQUESTS, [null], 401),
  'garbage token': () => server.cpuPerCall('/mcp', REQUESTS, ['garbage'], 401),
};
const plain = [];
const results = Object.fromEntries(Object.keys(measured).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  plain.push(await server.cpuPerCall('/plain', REQUESTS, seen));
  for (const [name, measure] of Object.entries(measured)) results[name].push(await measure(round));
}
console.log(
  `unguarded: ${median(plain).toFixed(1)} µs CPU per request (median of ${ROUNDS} rounds of ${REQUESTS})`,
);
for (const [name, values] of Object.entries(results)) {
  const ratio = median(values.map((value, round) => value / plain[round]));
  const added = median(values.map((value, round) => value - plain[round]));
  console.log(`${name}: ${ratio.toFixed(3)} × unguarded, ${added.toFixed(1)} µs added`);
}
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
