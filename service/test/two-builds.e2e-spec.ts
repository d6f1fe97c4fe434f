import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { press, signedIn } from './support/administration.js';
import { runCommand } from './support/run-command.js';
import { newSecret, type ServiceProcess, startProcess } from './support/service-process.js';
import { ADMINISTRATOR } from './support/standalone.js';

const SERVICE = join(import.meta.dirname, '..');
const NEXT = '999.0.0';
const EVENT = `action: 'sign-out.of-next', outcome: 'success', userId, detail: { zeta: ['b', 'a'], alpha: 1.5, none: null`;

/** What the next version might be: another number, an event that this one does not know, and details of its own. */
async function buildNext(folder: string): Promise<string> {
  const place = join(folder, 'service');
  await cp(join(SERVICE, 'dist'), join(place, 'dist'), { recursive: true });
  const about = JSON.parse(await readFile(join(SERVICE, 'package.json'), 'utf8')) as object;
  await writeFile(join(place, 'package.json'), JSON.stringify({ ...about, version: NEXT }));
  await symlink(join(SERVICE, '../node_modules'), join(folder, 'node_modules'));
  await symlink(join(SERVICE, 'node_modules'), join(place, 'node_modules'));
  const controller = join(place, 'dist/sign-in/sign-in.controller.js');
  const before = await readFile(controller, 'utf8');
  const after = before.replace(/action: 'sign-out', outcome: 'success', userId, detail: \{/, `${EVENT}, `);
  expect(after).not.toBe(before);
  await writeFile(controller, after);
  return join(place, 'dist/main.js');
}

describe.skipIf(!postgresUrl)('two builds of the service on one database', () => {
  let folder: string;
  let next: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: NodeJS.ProcessEnv;
  const running: ServiceProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-builds-'));
    next = await buildNext(folder);
    database = await newDatabase();
    environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: newSecret(),
      MCP_AUTH_ISSUER: `http://localhost:${await freePort()}`,
      MCP_AUTH_ADMIN_EMAIL: ADMINISTRATOR.email,
      MCP_AUTH_ADMIN_PASSWORD: ADMINISTRATOR.password,
      MCP_AUTH_RATE_LIMIT: 'off',
    };
  });
  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const query = async <Row>(text: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows as Row[];
  };
  const start = async (main?: string) => {
    const process = await startProcess(await freePort(), environment, main);
    running.push(process);
    return process;
  };
  /** Events of one process: who signs in, who cannot, and who signs out. */
  const use = async ({ origin }: ServiceProcess) => {
    const service = { issuer: origin } as Parameters<typeof signedIn>[0];
    const browser = await signedIn(service);
    await signedIn(service, ADMINISTRATOR.email, 'not the password', new Browser());
    await press(service, browser, '/sign-out');
  };
  /** What both builds say of the audit. */
  const verified = async () => {
    const program = [process.execPath, next];
    const [ours, theirs] = await Promise.all([
      runCommand(environment, ['audit', 'verify']),
      runCommand(environment, ['audit', 'verify'], program),
    ]);
    return [ours, theirs];
  };

  it('sign and chain the audit side by side, and each finds that of the other as it was written', async () => {
    const first = await start();
    const second = await start(next);
    await Promise.all([first, second, first, second, second].map(use));
    for (const { code, output, errors } of await verified()) {
      expect([code, errors]).toEqual([0, '']);
      expect(output).toMatch(/^\d+ events are as they were written; \d+ are not chained yet\. The head is /);
    }
    // The newer one crashes, and one of today takes its place; the older one ends in order.
    second.child.kill('SIGKILL');
    await second.ended;
    const third = await start();
    await Promise.all([first, third].map(use));
    for (const { child, ended } of [first, third]) {
      child.kill('SIGTERM');
      expect(await ended).toEqual({ code: 0, signal: null });
    }
    const [{ count } = { count: 0 }] = await query<{ count: number }>(
      'SELECT count(*)::int AS count FROM mcp_auth."auditEvent"',
    );
    expect(count).toBeGreaterThan(20);
    const all = `${count} events are as they were written; 0 are not chained yet.`;
    for (const { code, output } of await verified())
      expect([code, output]).toEqual([0, expect.stringMatching(`^${all}`)]);
    const [foreign] = await query<{ count: number }>(
      `SELECT count(*)::int AS count FROM mcp_auth."auditEvent" WHERE action = 'sign-out.of-next'`,
    );
    expect(foreign?.count).toBe(3);
    const processes = await query<{ version: string; isOver: boolean; voids: string[]; events: number }>(
      `SELECT p.version, p."endedAt" IS NOT NULL AS "isOver", p.voids,
        (SELECT count(*)::int FROM mcp_auth."auditEvent" e WHERE e.process = p.id) AS events
      FROM mcp_auth."auditProcess" p ORDER BY p."startedAt"`,
    );
    expect(processes.map(({ version, isOver }) => [version === NEXT, isOver])).toEqual([
      [false, true],
      [true, false],
      [false, true],
    ]);
    for (const { voids, events } of processes) {
      expect(voids).toEqual([]);
      expect(events).toBeGreaterThan(2);
    }
  }, 180_000);
});
