// From the start of the process to its first answer, by the clock and by the CPU of all its threads, and the memory it has
// three seconds later, beside a bare Nest application, in one run: of the service, and of that application with the module
// in it, or TypeORM alone. On Linux.
//   npm run build && node bench/start.mjs
// DATABASE_URL adds those on PostgreSQL, and with them the module; makes a database of its own there, and drops it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Milliseconds after which a process rests. */
const REST = 3_000;
/** Of a tick in /proc (`getconf CLK_TCK`), in milliseconds. */
const TICK = 10;
/** Where the module answers once all of it has started, and a bare application, and the service. */
const MODULE_PATH = '/jwks';
const LIVE_PATH = '/health/live';
const application = (imported = '', imports = '', providers = '') => `
  import 'reflect-metadata';
  import { Controller, Get, Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  ${imported}
  class Live { live() { return 'ok'; } }
  Get('live')(Live.prototype, 'live', Object.getOwnPropertyDescriptor(Live.prototype, 'live'));
  Controller('health')(Live);
  class App {}
  Module({ imports: [${imports}], controllers: [Live], providers: [${providers}] })(App);
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(Number(process.env.PORT), '127.0.0.1');
`;
const inline = (source) => ['--input-type=module', '-e', source];
const BARE = inline(application());
const MODULE = inline(
  application(
    `import { AccountDirectory, McpAuthModule } from 'nestjs-mcp-auth';
    class Accounts extends AccountDirectory { find = async () => null; current = async () => undefined; }`,
    `McpAuthModule.forRoot({
      issuer: 'http://localhost:3000',
      resource: { identifier: 'http://localhost:3000/mcp' },
      scopes: { tools: 'Use tools' },
      loginPage: 'http://localhost:3000/health/live',
      database: { url: process.env.DATABASE_URL, schema: 'bench_start' },
      accounts: Accounts,
      secret: process.env.MCP_AUTH_SECRET,
    })`,
    'Accounts',
  ),
);

/** What the module stands on, with nothing in it. */
const TYPEORM = inline(
  application(
    "import { TypeOrmModule } from '@nestjs/typeorm';",
    "TypeOrmModule.forRoot({ type: 'postgres', url: process.env.DATABASE_URL })",
  ),
);

let port = 20_000 + (process.pid % 20_000);

async function firstAnswer(args, env, path = LIVE_PATH) {
  port += 1;
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      if (response.ok) break;
    } catch {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const clock = performance.now() - started;
  const [, , user, system] = /\) \S( \S+){10} (\d+) (\d+)/.exec(read(child.pid, 'stat')) ?? [];
  const cpu = (Number(user) + Number(system)) * TICK;
  await new Promise((resolve) => setTimeout(resolve, REST));
  const memory = Number(/VmRSS:\s+(\d+)/.exec(read(child.pid, 'status'))?.[1]) / 1000;
  child.kill('SIGTERM');
  await ended;
  return { clock, cpu, memory };
}

const read = (pid, file) => readFileSync(`/proc/${pid}/${file}`, 'utf8');

const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-start-'));
const service = ['service/dist/main.js'];
const quiet = { MCP_AUTH_LOG_LEVEL: 'silent', MCP_AUTH_ISSUER: 'http://localhost:3000' };
const embedded = { ...quiet, MCP_AUTH_DATA_DIR: dataDir, DATABASE_URL: '' };
const { DATABASE_URL } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL });
const database = 'mcp_auth_bench_start';
const drop = () => DATABASE_URL && pool.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
await drop();
if (DATABASE_URL) await pool.query(`CREATE DATABASE ${database}`);
const postgres = {
  ...quiet,
  DATABASE_URL: DATABASE_URL && Object.assign(new URL(DATABASE_URL), { pathname: `/${database}` }).href,
  MCP_AUTH_SECRET: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'),
};

const started = {
  bare: () => firstAnswer(BARE, {}),
  ...(DATABASE_URL && {
    typeorm: () => firstAnswer(TYPEORM, postgres),
    module: () => firstAnswer(MODULE, postgres, MODULE_PATH),
    postgres: () => firstAnswer(service, postgres),
  }),
  embedded: () => firstAnswer(service, embedded),
};
const times = Object.fromEntries(Object.keys(started).map((name) => [name, []]));
// What only a first start does is done before.
await started.module?.();
await started.postgres?.();
const cold = await started.embedded();
for (let round = 0; round < ROUNDS; round++)
  for (const [name, start] of Object.entries(started)) times[name].push(await start());
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`embedded, first start: ${cold.clock.toFixed(0)} ms`);
for (const [name, rounds] of Object.entries(times)) {
  const figure = (key, unit) => {
    const ratio = median(rounds.map((each, round) => each[key] / times.bare[round][key]));
    return `${median(rounds.map((each) => each[key])).toFixed(0)} ${unit}, ${ratio.toFixed(2)} ×`;
  };
  console.log(
    `${name.padEnd(9)} first answer ${figure('clock', 'ms')}; CPU ${figure('cpu', 'ms')}; memory ${figure('memory', 'MB')}`,
  );
}
await drop();
await pool.end();
rmSync(dataDir, { recursive: true, force: true });
