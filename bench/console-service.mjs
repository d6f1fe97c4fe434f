// The service in this process, with what each request asks the database, for the benchmarks of the console.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { Browser } from './browser.mjs';

export const ISSUER = 'http://localhost:3999';
const ADMINISTRATOR = { email: 'bench@example.com', password: 'correct horse battery', name: 'Bench' };

const dist = (path) => import(new URL(`../service/dist/${path}`, import.meta.url).href);
const { requestContext } = await dist('operations/request-context.js');

/** What a new connection asks once. */
const OPENING = /pg_backend_pid/;
/** Statements that requests have sent since the last look, BEGIN and COMMIT among them. */
let sent = [];
const backends = new Set();
const query = Reflect.get(pg.Client.prototype, 'query');
pg.Client.prototype.query = function (...args) {
  if (this.processID) backends.add(this.processID);
  // What the background asks is no page's.
  const text = typeof args[0] === 'string' ? args[0] : args[0].text;
  if (requestContext() !== null && !OPENING.test(text)) sent.push(text);
  return Reflect.apply(query, this, args);
};

/** Milliseconds for which each process of the database has worked for this one: it must run on this machine. */
function databaseTimes() {
  const times = new Map();
  for (const pid of backends)
    try {
      times.set(pid, Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6);
    } catch {
      backends.delete(pid);
    }
  return times;
}

/** The database without helpers of one statement, whose time nobody could tell from that of others. */
function alone(url) {
  const own = new URL(url);
  own.searchParams.set('options', '-c max_parallel_workers_per_gather=0');
  return own.href;
}

/** Starts the service on `DATABASE_URL`, and signs its administrator in. */
export async function startConsole() {
  const [{ startService }, { readConfig }, { FirstAdministrator }] = await Promise.all(
    ['start-service.js', 'config/service-config.js', 'people/first-administrator.js'].map(dist),
  );
  const environment = {
    MCP_AUTH_ISSUER: ISSUER,
    MCP_AUTH_LOG_LEVEL: 'silent',
    MCP_AUTH_RATE_LIMIT: 'off',
    PORT: '3999',
    ...process.env,
    DATABASE_URL: alone(process.env.DATABASE_URL),
  };
  const application = await startService(readConfig(environment));
  const administrators = application.get(FirstAdministrator);
  if (!(await administrators.isThere())) await administrators.create(ADMINISTRATOR);
  const browser = new Browser({}, {});
  await browser.through(`${ISSUER}/sign-in`, `${ISSUER}/`, ADMINISTRATOR);
  return { application, browser, administrator: ADMINISTRATOR };
}

/**
 * What one request took, in the quickest of some rounds: statements; milliseconds of CPU in the database, and in both, which is
 * what the clock says on a machine that does nothing else.
 */
export async function measured(request, rounds = 4) {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    sent = [];
    const [cpu, before] = [process.cpuUsage(), databaseTimes()];
    const answer = await request();
    const { user, system } = process.cpuUsage(cpu);
    const database = [...databaseTimes()].reduce(
      (sum, [pid, time]) => sum + time - (before.get(pid) ?? time),
      0,
    );
    runs.push({ answer, took: database + (user + system) / 1_000, inDatabase: database, statements: sent });
  }
  return runs.reduce((best, run) => (run.took < best.took ? run : best));
}
