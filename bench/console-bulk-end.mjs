// Ends 100,000 connections by the page of one of two replicas, among the rows of console-data.mjs, while clients refresh,
// exchange codes and call on both: how long that takes, and what answers take meanwhile, beside what they usually take.
//   npm run build && DATABASE_URL=postgres://… MCP_AUTH_SECRET=… node bench/console-bulk-end.mjs
// What ends is ended for good: keep a copy of the database as its template for another run. CLIENT names another
// application than the first; RATE is how many requests a second there are; DURATION, seconds of usual work before.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Browser } from './browser.mjs';
import { Answers, doomed, worker } from './console-load.mjs';
import { OAuthClient } from './oauth-client.mjs';

const ISSUER = 'http://localhost:3999';
const ADMINISTRATOR = { email: 'bench@example.com', password: 'correct horse battery' };
const USUAL = Number(process.env.DURATION ?? 20);
/** Seconds afterwards: in the first of them replicas hear what has ended. */
const AFTER = 10;
const HEARING = 3;
const CLIENT = process.env.CLIENT ?? 'https://app1.example.com/client.json';
/** What that application and the bench's own, whose connections end with its, are called. */
const NAME = 'Everywhere';
/** Requests a second, of all workers. */
const RATE = Number(process.env.RATE ?? 60);
/** On each replica: clients that go on, and connections that end. */
const WORKERS = 3;
const DOOMED = 8;

const database = new pg.Client({ connectionString: process.env.DATABASE_URL });

async function replica(port, flags = []) {
  const child = spawn(process.execPath, [...flags, 'service/dist/main.js'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PORT: String(port),
      MCP_AUTH_ISSUER: ISSUER,
      MCP_AUTH_LOG_LEVEL: 'warn',
      MCP_AUTH_RATE_LIMIT: 'off',
      MCP_AUTH_ADMIN_EMAIL: ADMINISTRATOR.email,
      MCP_AUTH_ADMIN_PASSWORD: ADMINISTRATOR.password,
    },
  });
  const origin = `http://localhost:${port}`;
  while (!(await fetch(`${origin}/health/ready`).catch(() => null))?.ok) await delay(100);
  const status = async () => {
    const memory = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))[1];
    const cpu = (await readFile(`/proc/${child.pid}/schedstat`, 'utf8')).split(' ')[0];
    return { megabytes: Number(memory) / 1024, cpu: Number(cpu) / 1e6 };
  };
  return { issuer: ISSUER, origin, status, stop: () => child.kill() };
}

/** Registers a client under this name. */
async function register(server, name) {
  const body = JSON.stringify({
    client_name: name,
    redirect_uris: ['https://client.example/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
  });
  const headers = { 'content-type': 'application/json' };
  return (await new OAuthClient(server, '', '').send('/register', body, 201, { headers })).client_id;
}

const answers = new Answers();
const quantile = (kind, share, from, to) => {
  const sorted = answers
    .between(kind, from, to)
    .map(({ took }) => took)
    .toSorted((one, other) => one - other);
  return sorted[Math.floor(share * (sorted.length - 1))];
};

function say(title, [from, to], usual) {
  console.log(title);
  for (const kind of new Set(answers.all.map((one) => one.kind))) {
    const found = answers.between(kind, from, to);
    const figure = (share) => {
      const [took, before] = [quantile(kind, share, from, to), usual && quantile(kind, share, ...usual)];
      if (took === undefined) return '–';
      return `${took.toFixed(1)} ms${before === undefined ? '' : ` (${(took / before).toFixed(1)} ×)`}`;
    };
    const statuses = new Map();
    for (const { status } of found) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const counts = [...statuses].map(([status, count]) => `${count} × ${status}`);
    console.log(
      `  ${kind}: p50 ${figure(0.5)}, p95 ${figure(0.95)}, slowest ${figure(1)}; ${counts.join(', ')}`,
    );
  }
}

await database.connect();
const replicas = [
  await replica(3999, process.env.FLAGS?.split(' ')),
  await replica(4000, process.env.FLAGS?.split(' ')),
];
const statusOfAll = () => Promise.all(replicas.map((one) => one.status()));
const inAll = (statuses, of) => statuses.map((one) => of(one).toFixed(0)).join(', ');
const ending = new AbortController();
try {
  const [clientId, doomedId] = [
    await register(replicas[0], 'Bench'),
    await register(replicas[0], `${NAME} too`),
  ];
  await database.query(`UPDATE mcp_auth."oauthApplication" SET "name" = $1 WHERE "clientId" = $2`, [
    NAME,
    CLIENT,
  ]);
  const loops = [];
  const common = { answers, signal: ending.signal };
  for (const server of replicas) {
    const options = { ...common, rate: RATE / (WORKERS * replicas.length) };
    for (let number = 0; number < WORKERS; number++)
      loops.push(await worker(server, clientId, ADMINISTRATOR, options));
    loops.push(...(await doomed(server, doomedId, ADMINISTRATOR, { ...common, count: DOOMED })));
  }
  const administrator = new Browser({}, {});
  await administrator.through(`${ISSUER}/sign-in`, `${ISSUER}/`, ADMINISTRATOR);
  const started = performance.now();
  const before = await statusOfAll();
  const loads = loops.map((one) => one());
  await delay(USUAL * 1000);
  const page = await administrator.request(
    `${ISSUER}/admin/connections/end?${new URLSearchParams({ client: NAME })}`,
  );
  const inputs = [
    ...page.html
      .slice(page.html.indexOf('<main'))
      .matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g),
  ];
  const fields = Object.fromEntries(inputs.map(([, name, value]) => [name, value]));
  // As those of people who have not worked today: their next refresh writes into the grant.
  await database.query(
    `UPDATE mcp_auth."oauthGrant" SET "lastUsedAt" = now() - interval '2 days' WHERE "clientId" = $1`,
    [doomedId],
  );
  await delay(1_000);
  const [began, busy] = [performance.now(), await statusOfAll()];
  const { next, html } = await administrator.request(`${ISSUER}/admin/connections/end`, fields);
  const [ended, heard] = [performance.now(), await statusOfAll()];
  if (!next) throw new Error(html.slice(html.indexOf('<main'), html.indexOf('<main') + 1_000));
  await delay(HEARING * 1000);
  const after = await statusOfAll();
  await delay((AFTER - HEARING) * 1000);
  ending.abort();
  await Promise.all(loads);
  console.log(`${fields.grants} connections ended in ${((ended - began) / 1000).toFixed(1)} s`);
  const usual = [started + 1_000, began - 1_500];
  say('usually', usual);
  say('while they end', [began, ended], usual);
  say(`while replicas hear of it (${HEARING} s)`, [ended, ended + HEARING * 1000], usual);
  say('afterwards', [ended + HEARING * 1000, Infinity], usual);
  const alive = answers.all.filter(
    ({ kind, status, began: asked }) => /that end/.test(kind) && status === 200 && asked > ended + 1_000,
  );
  console.log(`answered a second after they had ended, and should not have been: ${alive.length}`);
  console.log(
    `resident MB: ${inAll(before, (one) => one.megabytes)} before, ${inAll(after, (one) => one.megabytes)} after`,
  );
  const spent = (one, other) =>
    inAll(
      other.map(({ cpu }, index) => ({ cpu: cpu - one[index].cpu })),
      (each) => each.cpu,
    );
  console.log(
    `ms of CPU: ${spent(busy, heard)} while they end, ${spent(heard, after)} in the ${HEARING} s after`,
  );
} finally {
  ending.abort();
  for (const one of replicas) one.stop();
  await database.end();
}
