// Ends 100,000 connections by the page of one of two replicas, among the rows of console-data.mjs, while clients refresh,
// exchange codes and call on both: how long that takes, and what answers take meanwhile, beside what they usually take.
//   npm run build && DATABASE_URL=postgres://… MCP_AUTH_SECRET=… node bench/console-bulk-end.mjs
// What ends is ended for good: fill the database anew for another run. CLIENT names another application than the first.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Browser } from './browser.mjs';
import { OAuthClient, REDIRECT } from './oauth-client.mjs';

const ISSUER = 'http://localhost:3999';
const ADMINISTRATOR = { email: 'bench@example.com', password: 'correct horse battery' };
/** Seconds of usual work beforehand, and of it afterwards, in which replicas hear what has ended. */
const USUAL = Number(process.env.DURATION ?? 20);
const AFTER = 5;
const CLIENT = process.env.CLIENT ?? 'https://app1.example.com/client.json';
/** Clients on each replica. */
const WORKERS = 3;

async function replica(port) {
  const child = spawn(process.execPath, ['service/dist/main.js'], {
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
  const memory = async () => {
    return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
  };
  return { issuer: ISSUER, origin, memory, stop: () => child.kill() };
}

const latencies = [];
let failures = 0;
const ending = new AbortController();
const timed = async (kind, work) => {
  const began = performance.now();
  try {
    await work();
  } catch (error) {
    failures += 1;
    console.error(kind, String(error).slice(0, 300));
  }
  latencies.push({ kind, began, took: performance.now() - began });
};

/** With the host that the issuer has: the other replica listens elsewhere. */
async function guardedCall(origin, token) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const headers = {
    host: new URL(ISSUER).host,
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': body.length,
    accept: 'application/json, text/event-stream',
  };
  const response = await new Promise((resolve, reject) => {
    request(`${origin}/mcp`, { method: 'POST', headers }, resolve).on('error', reject).end(body);
  });
  response.resume();
  if (response.statusCode !== 200) throw new Error(`A call was answered with ${response.statusCode}.`);
}

/** Refreshes, exchanges and calls, one after another, as fast as they are answered. */
async function work(server, clientId) {
  const client = new OAuthClient(server, clientId, 'mcp:tools');
  client.browser = new Browser({ [ISSUER]: server.origin }, {});
  await client.browser.through(client.authorizationUrl, REDIRECT, { ...ADMINISTRATOR, decision: 'approve' });
  const begun = await client.exchange(await client.code());
  const chain = { token: begun.refresh_token };
  const call = () => guardedCall(server.origin, begun.access_token);
  return async () => {
    while (!ending.signal.aborted) {
      for (let round = 0; round < 4; round++) await timed('refresh', () => client.refresh(chain));
      const code = await client.code();
      await timed('exchange', () => client.exchange(code));
      for (let round = 0; round < 4; round++) await timed('call', call);
      await delay(50);
    }
  };
}

function say(title, from, to) {
  console.log(title);
  for (const kind of ['refresh', 'exchange', 'call']) {
    const all = latencies.filter((one) => one.kind === kind && one.began >= from && one.began < to);
    const sorted = all.map(({ took }) => took).toSorted((one, other) => one - other);
    const at = (share) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1) ?? '–';
    console.log(
      `  ${kind}: ${sorted.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`,
    );
  }
}

const replicas = [await replica(3999), await replica(4000)];
const memory = async (when) =>
  console.log(
    `${when}: ${(await Promise.all(replicas.map((one) => one.memory()))).map((each) => `${each.toFixed(0)} MB`).join(', ')}`,
  );
try {
  const { client_id: clientId } = await new OAuthClient(replicas[0], '', '').register();
  const workers = [];
  for (const server of replicas)
    for (let number = 0; number < WORKERS; number++) workers.push(await work(server, clientId));
  const administrator = new Browser({}, {});
  await administrator.through(`${ISSUER}/sign-in`, `${ISSUER}/`, ADMINISTRATOR);
  await memory('before');
  const loads = workers.map((one) => one());
  await delay(USUAL * 1000);
  const page = await administrator.request(
    `${ISSUER}/admin/connections/end?${new URLSearchParams({ client: CLIENT })}`,
  );
  const inputs = [
    ...page.html
      .slice(page.html.indexOf('<main'))
      .matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g),
  ];
  const fields = Object.fromEntries(inputs.map(([, name, value]) => [name, value]));
  const began = performance.now();
  const { next, html } = await administrator.request(`${ISSUER}/admin/connections/end`, fields);
  const ended = performance.now();
  if (!next) throw new Error(html.slice(html.indexOf('<main'), html.indexOf('<main') + 1_000));
  await delay(AFTER * 1000);
  ending.abort();
  await Promise.all(loads);
  console.log(`${fields.grants} connections ended in ${((ended - began) / 1000).toFixed(1)} s`);
  say('usually', 0, began - 1_000);
  say('while they end', began, ended);
  say('while replicas hear of it', ended, Infinity);
  await memory('afterwards');
  console.log(`${failures} failures`);
} finally {
  for (const one of replicas) one.stop();
}
