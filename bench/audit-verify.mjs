// How long `audit verify` takes over many events, all of them chained, as an operator runs it.
//   npm run build && DATABASE_URL=postgres://… node bench/audit-verify.mjs [events]
// The database must be an empty one.
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';

const EVENTS = Number(process.argv[2] ?? 60_000);
/** Fewer than the service keeps in memory. */
const BATCH = 10_000;
/** Seconds. */
const LIMIT = 10;

const environment = {
  DATABASE_URL: process.env.DATABASE_URL,
  MCP_AUTH_SECRET:
    process.env.MCP_AUTH_SECRET ?? Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
  MCP_AUTH_ISSUER: 'http://localhost:3999',
  MCP_AUTH_LOG_LEVEL: 'silent',
  PORT: '3999',
};
const dist = (path) => import(new URL(`../service/dist/${path}`, import.meta.url));
const [{ startService }, { readConfig }, { AuditTrail }, { AuditSealer }] = await Promise.all(
  ['start-service.js', 'config/service-config.js', 'audit/audit-trail.js', 'audit/audit-sealer.js'].map(dist),
);
const service = await startService(readConfig(environment));
const trail = service.get(AuditTrail);
const detail = { grantType: 'refresh_token', grantId: crypto.randomUUID(), scopes: ['files:read'] };
for (let done = 0; done < EVENTS; done += BATCH) {
  const userId = crypto.randomUUID();
  for (let event = 0; event < Math.min(BATCH, EVENTS - done); event++)
    trail.record({ action: 'token.issue', outcome: 'success', userId, clientId: 'client', detail });
  await trail.flush();
}
await service.get(AuditSealer).round();
await service.close();

const begun = performance.now();
const said = execFileSync(process.execPath, ['service/dist/main.js', 'audit', 'verify'], {
  env: { PATH: process.env.PATH, ...environment },
  encoding: 'utf8',
});
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(`${said}verified in ${seconds.toFixed(1)} s, at most ${LIMIT} s\n`);
process.exit(seconds <= LIMIT ? 0 : 1);
