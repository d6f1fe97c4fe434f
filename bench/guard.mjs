// What the guard adds to a call: CPU time of the server for the same request, unguarded and guarded, in one run.
//   npm run build && node bench/guard.mjs
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, startServer } from './harness.mjs';

const REQUESTS = 2_000;
const ROUNDS = 15;

const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-bench-'));
const server = await startServer({ database: { dataDir } });
const tokens = (count) => server.ask('tokens', Array(count).fill('alice'));
const seen = await tokens(1);
const results = { plain: [], seen: [], first: [] };
await server.cpuPerCall('/plain', REQUESTS, seen);
await server.cpuPerCall('/mcp', REQUESTS, seen);
for (let round = 0; round < ROUNDS; round++) {
  results.plain.push(await server.cpuPerCall('/plain', REQUESTS, seen));
  results.seen.push(await server.cpuPerCall('/mcp', REQUESTS, seen));
  results.first.push(await server.cpuPerCall('/mcp', REQUESTS, await tokens(REQUESTS)));
}
const [plain, known, first] = [results.plain, results.seen, results.first].map(median);
const percent = (value) => `${(((value - plain) / plain) * 100).toFixed(1)} %`;
console.log(
  `unguarded          ${plain.toFixed(1)} µs CPU per request (median of ${ROUNDS} rounds of ${REQUESTS})`,
);
console.log(`token seen before  ${known.toFixed(1)} µs, ${percent(known)} more`);
console.log(`token seen first   ${first.toFixed(1)} µs, ${percent(first)} more`);
await server.stop();
rmSync(dataDir, { recursive: true, force: true });
