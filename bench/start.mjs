// From the start of the process to its first answer, by the clock and by the CPU of all its threads, and the memory it has
// three seconds later, beside a bare Nest application, in one run. On Linux.
//   npm run build && node bench/start.mjs
// DATABASE_URL adds a PostgreSQL to compare with.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Milliseconds after which a process rests. */
const REST = 3_000;
/** Of a tick in /proc (`getconf CLK_TCK`), in milliseconds. */
const TICK = 10;
const BARE = `
  import 'reflect-metadata';
  import { Controller, Get, Module } from '@nestjs/common';
  import { NestFactory } from '@nestjs/core';
  class Live { live() { return 'ok'; } }
  Get('live')(Live.prototype, 'live', Object.getOwnPropertyDescriptor(Live.prototype, 'live'));
  Controller('health')(Live);
  class App {}
  Module({ controllers: [Live] })(App);
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(Number(process.env.PORT), '127.0.0.1');
`;

let port = 20_000 + (process.pid % 20_000);

async function firstAnswer(args, env) {
  port += 1;
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/health/live`);
      if (response.ok) break;
    } catch {
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
const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64');
const postgres = { ...quiet, MCP_AUTH_SECRET: process.env.MCP_AUTH_SECRET ?? secret };

const times = { bare: [], embedded: [], postgres: [] };
const cold = await firstAnswer(service, embedded);
if (process.env.DATABASE_URL) await firstAnswer(service, postgres);
for (let round = 0; round < ROUNDS; round++) {
  times.bare.push(await firstAnswer(['--input-type=module', '-e', BARE], {}));
  times.embedded.push(await firstAnswer(service, embedded));
  if (process.env.DATABASE_URL) times.postgres.push(await firstAnswer(service, postgres));
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(`embedded, first start: ${cold.clock.toFixed(0)} ms`);
for (const [name, rounds] of Object.entries(times).filter(([, each]) => each.length > 0)) {
  const figure = (key, unit) => {
    const ratio = median(rounds.map((each, round) => each[key] / times.bare[round][key]));
    return `${median(rounds.map((each) => each[key])).toFixed(0)} ${unit}, ${ratio.toFixed(2)} ×`;
  };
  console.log(
    `${name.padEnd(9)} first answer ${figure('clock', 'ms')}; CPU ${figure('cpu', 'ms')}; memory ${figure('memory', 'MB')}`,
  );
}
rmSync(dataDir, { recursive: true, force: true });
