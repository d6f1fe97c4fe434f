import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AuditSealer } from '../src/audit/audit-sealer.js';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { ServiceMetrics } from '../src/operations/service-metrics.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import {
  AUDIT_TABLE,
  auditEvents,
  auditFlushed,
  auditSealed,
  auditVerified,
  PROCESS_TABLE,
} from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
/** The watch looks every second. */
const WATCHED = { timeout: 15_000 };
const CHAIN_LOCK = 7_216_351_906;

describe('the events of a process', () => {
  let service: Standalone;
  afterEach(async () => {
    vi.restoreAllMocks();
    await service.close();
  });

  const start = async () => {
    service = await startStandalone({ MCP_AUTH_LOG_LEVEL: 'silent' });
    await auditSealed(service);
    return service.application.get(AuditTrail);
  };
  const problems = async () =>
    (await auditVerified(service)).problems.map((problem) => problem.replaceAll(UUID, '…'));
  const query = <Row>(text: string) => service.dataSource.query<Row[]>(text);

  it('that a transaction takes back are void, and nothing is missing', async () => {
    const trail = await start();
    const taken = service.dataSource.transaction(async (manager) => {
      await trail.commit({ action: 'account.enable', outcome: 'success' }, manager);
      throw new Error('taken back');
    });
    await expect(taken).rejects.toThrow('taken back');
    trail.record({ action: 'sign-out', outcome: 'success' });
    await auditSealed(service);
    const { notes, problems: none } = await auditVerified(service);
    expect(none).toEqual([]);
    expect(notes).toEqual(['1 numbers are void: what had them was taken back, or could not be stored.']);
    const [row] = await query<{ voids: string[]; last: string; pending: string[] }>(
      `SELECT * FROM ${PROCESS_TABLE}`,
    );
    expect(row?.voids).toEqual([String(Number(row?.last) - 1)]);
    expect(row?.pending).toEqual([]);
    expect((await auditEvents(service)).some(({ action }) => action === 'account.enable')).toBe(false);
  });

  it('are open while their transaction is, and missing when somebody deletes them after it', async () => {
    const trail = await start();
    await service.dataSource.transaction(async (manager) => {
      await trail.commit({ action: 'account.enable', outcome: 'success' }, manager);
      trail.record({ action: 'sign-out', outcome: 'success' });
      await auditSealed(service);
      expect(await problems()).toEqual([]);
    });
    await query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await query(`DELETE FROM ${AUDIT_TABLE} WHERE "action" = 'account.enable'`);
    await auditFlushed(service);
    expect(await problems()).toEqual([expect.stringMatching(/^Events \d+ of process … are missing\.$/)]);
  });

  it('that cannot be stored are void, and do not take others with them', async () => {
    const trail = await start();
    await query(`ALTER TABLE ${AUDIT_TABLE} ADD CONSTRAINT "no" CHECK ("action" <> 'sign-out')`);
    for (const action of ['sign-in', 'sign-out', 'session.end'] as const)
      trail.record({ action, outcome: 'success' });
    await auditFlushed(service);
    await auditSealed(service);
    expect((await auditEvents(service)).slice(-3).map(({ action }) => action)).toEqual([
      'sign-in',
      'session.end',
      'audit.loss',
    ]);
    expect(await problems()).toEqual([]);
  });

  it('get other numbers where somebody has put rows in their place', async () => {
    const trail = await start();
    await query(
      `INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "detail", "process", "number", "processMac")
      SELECT gen_random_uuid(), now() - interval '1 second', 'sign-in', 'success', '{}', "id", "last" + 1, 'x' FROM ${PROCESS_TABLE}`,
    );
    trail.record({ action: 'sign-out', outcome: 'success' });
    await auditFlushed(service);
    expect((await auditEvents(service)).at(-1)?.action).toBe('sign-out');
    expect(await problems()).toEqual([
      'Event …, which has no place yet, was not written by a process of this service.',
    ]);
  });

  it('that crashes between a change and its word on it do not look changed', async () => {
    const trail = await start();
    const [before] = await query<{ last: string }>(`SELECT "last" FROM ${PROCESS_TABLE}`);
    await query(`CREATE TABLE processes AS SELECT * FROM ${PROCESS_TABLE}`);
    await service.dataSource.transaction((manager) =>
      trail.commit({ action: 'account.enable', outcome: 'success' }, manager),
    );
    await auditSealed(service);
    // As if it had not come so far.
    await query(`DELETE FROM ${PROCESS_TABLE}`);
    expect(await problems()).toEqual([]);
    await query(`INSERT INTO ${PROCESS_TABLE} SELECT * FROM processes`);
    const [after] = await query<{ last: string }>(`SELECT "last" FROM ${PROCESS_TABLE}`);
    expect(after).toEqual(before);
    expect(await problems()).toEqual([]);
  });

  it('show that what it says of them was put back, or is gone', async () => {
    const trail = await start();
    await query(`CREATE TABLE processes AS SELECT * FROM ${PROCESS_TABLE}`);
    for (const minutes of [0, 2]) {
      service.clock.advance(minutes * 60);
      trail.record({ action: 'sign-out', outcome: 'success' });
      await auditSealed(service);
    }
    await query(`DELETE FROM ${PROCESS_TABLE}`);
    expect(await problems()).toEqual(['What process … said of its events is missing.']);
    await query(`INSERT INTO ${PROCESS_TABLE} SELECT * FROM processes`);
    expect(await problems()).toEqual([
      'What process … says of its events is older than they are: it was put back.',
    ]);
  });

  it('show that they wait for the chain for more than 30 s: in health, metrics, log and verification', async () => {
    await start();
    const { pid } = await holdLock(service);
    service.clock.advance(-31);
    service.application.get(AuditTrail).record({ action: 'sign-out', outcome: 'success' });
    service.clock.advance(31);
    await auditSealed(service);
    const sealer = service.application.get(AuditSealer);
    const [told, toldAgain] = [vi.spyOn(Logger.prototype, 'error'), vi.spyOn(Logger.prototype, 'log')];
    const metric = async () => {
      const { registry } = service.application.get(ServiceMetrics);
      const text = await registry.getSingleMetricAsString('mcp_auth_audit_sealing_lag_seconds');
      return Number(/^\w+ ([\d.]+)$/m.exec(text)?.[1]);
    };
    const ready = async () => (await fetch(`${service.issuer}/health/ready`)).json();
    expect(await ready()).toMatchObject({ status: 'ok', audit: 'up' });
    // It was then that this replica saw the oldest of them first.
    Object.assign(sealer, { movedAt: performance.now() - 31_000 });
    await sealer.round();
    expect(sealer.lag).toBeGreaterThan(30);
    expect(await metric()).toBeGreaterThan(30);
    const sentence = /have waited 3\d s for their place in the chain: is its advisory lock held by somebody/;
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(expect.stringMatching(sentence)), WATCHED);
    expect(await ready()).toMatchObject({ status: 'degraded', audit: 'down' });
    expect(await problems()).toEqual([
      '1 events have waited for their place in the chain for more than 30 s: no replica runs, or somebody keeps it from chaining.',
    ]);
    await query(`SELECT pg_terminate_backend(${pid})`);
    await vi.waitFor(async () => {
      await sealer.round();
      expect(await ready()).toMatchObject({ status: 'ok', audit: 'up' });
    }, WATCHED);
    expect(await metric()).toBeLessThan(30);
    const over = expect.stringMatching(/have their place in the chain again/) as string;
    await vi.waitFor(() => expect(toldAgain).toHaveBeenCalledWith(over), WATCHED);
    // Once each, however many rounds see it.
    expect(told.mock.calls.filter(([words]) => sentence.test(String(words)))).toHaveLength(1);
    expect(await problems()).toEqual([]);
  });

  it('end with an orderly stop', async () => {
    const trail = await start();
    trail.record({ action: 'sign-out', outcome: 'success' });
    await trail.end();
    const [row] = await query<{ endedAt: Date | null }>(`SELECT * FROM ${PROCESS_TABLE}`);
    expect(row?.endedAt).toBeInstanceOf(Date);
    expect(await problems()).toEqual([]);
  });
});

/** Holds the lock of the chain from outside, on a connection of its own. */
async function holdLock({ dataSource }: Standalone): Promise<{ pid: number }> {
  const { url } = dataSource.options as { url: string };
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pg_advisory_lock(${CHAIN_LOCK}), pg_backend_pid() AS pid`,
  );
  return { pid: rows[0]?.pid ?? 0 };
}

describe.skipIf(!postgresUrl)('the secret of the audit', () => {
  it('is called wrong when it is, by a start and by the commands, and nothing is written', async () => {
    const database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_LOG_LEVEL: 'silent',
      MCP_AUTH_ISSUER: `http://localhost:${await freePort()}`,
    };
    const service = await startStandalone(environment);
    await auditSealed(service);
    await service.close();
    const before = await dump(database.url);
    const wrong = { ...environment, MCP_AUTH_SECRET: randomBytes(32).toString('base64') };
    await expect(startStandalone(wrong)).rejects.toThrow(/MCP_AUTH_SECRET/);
    expect(await dump(database.url)).toEqual(before);
    await database.drop();
  });
});

/** Every row of every table. */
async function dump(url: string): Promise<Record<string, unknown[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'mcp_auth' ORDER BY 1`,
  );
  const rows: Record<string, unknown[]> = {};
  for (const { name } of tables)
    rows[name] = (await client.query(`SELECT * FROM ${name} t ORDER BY t::text`)).rows;
  await client.end();
  return rows;
}
