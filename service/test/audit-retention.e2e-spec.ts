import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AuditRetention } from '../src/audit/audit-retention.js';
import { readConfig } from '../src/config/service-config.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { TestClock } from '../../test/support/clock.js';
import { AUDIT_TABLE, auditEvents, auditSealed, auditVerified, PROCESS_TABLE } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const DAY = 86_400;
const DAYS = 400 * DAY;
const YEAR = 365 * DAY;

describe('the retention of the audit', () => {
  const services: Standalone[] = [];
  afterEach(async () => {
    for (const service of services.splice(0).toReversed()) await service.close();
    vi.restoreAllMocks();
  });

  const start = async (environment: NodeJS.ProcessEnv, clock = new TestClock()) => {
    const service = await startStandalone(environment, services.length === 0, clock);
    services.push(service);
    return service;
  };

  /** What was written by the clock of `seconds` ago, and by the database's. */
  const age = async (service: Standalone, seconds: number) => {
    await auditSealed(service);
    await service.dataSource.query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await service.dataSource.query(
      `UPDATE ${AUDIT_TABLE} SET "writtenAt" = "writtenAt" - make_interval(secs => $1)`,
      [seconds],
    );
    await service.dataSource.query(`ALTER TABLE ${AUDIT_TABLE} ENABLE TRIGGER USER`);
  };

  /** A look for old events by a service that has run for so many seconds. */
  const prune = async (service: Standalone, uptime = 61) => {
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + uptime * 1000);
    await service.application.get(AuditRetention).prune();
    clock.mockRestore();
    await auditSealed(service);
  };

  /** A service whose first events are 401 days old. */
  const old = async () => {
    const clock = new TestClock();
    clock.advance(-DAYS - DAY);
    const service = await start({ MCP_AUTH_LOG_LEVEL: 'silent' }, clock);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await age(service, DAYS + DAY);
    clock.advance(DAYS + DAY);
    return { service, client };
  };

  it('leaves a signed checkpoint where events have reached their age, the chain stands, and it is told', async () => {
    const { service, client } = await old();
    const before = await auditEvents(service);
    await new ServiceClient(service, service.mcpUrl).register();
    await auditSealed(service);
    await prune(service);
    const left = await auditEvents(service);
    expect(left.some(({ clientId }) => clientId === client.clientId)).toBe(false);
    expect(left.map(({ action }) => action)).toEqual(['client.register', 'audit.prune']);
    expect(left[1]?.detail).toMatchObject({ position: before.at(-1)?.position, events: before.length });
    expect(await auditVerified(service)).toMatchObject({ problems: [], intact: 2, unsealed: 0 });
    await service.dataSource.query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await service.dataSource.query(`DELETE FROM ${AUDIT_TABLE} WHERE "action" = 'client.register'`);
    expect((await auditVerified(service)).problems.length).toBe(2);
  });

  it('takes nothing in the first minute after a start', async () => {
    const { service } = await old();
    const before = await auditEvents(service);
    await prune(service, 30);
    expect(await auditEvents(service)).toEqual(before);
  });

  it('takes at the most a tenth of the chain in a round, or 10,000 events', async () => {
    const { service } = await old();
    await service.dataSource.query(
      `INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "detail", "writtenAt")
      SELECT gen_random_uuid(), now() - interval '401 days', 'sign-in', 'success', '{}', now() - interval '401 days'
      FROM generate_series(1, 11000)`,
    );
    await auditSealed(service);
    const [{ count: before }] = await service.dataSource.query<[{ count: string }]>(
      `SELECT count(*) FROM ${AUDIT_TABLE}`,
    );
    await prune(service);
    const left = await auditEvents(service);
    const prunes = left.filter(({ action }) => action === 'audit.prune');
    expect(Number(before) - (left.length - prunes.length)).toBe(10_000);
    expect(prunes.length).toBe(10);
  });

  it.each([
    ['a year ahead', YEAR * 2],
    ['a minute ahead', 60],
    ['a minute behind', -60],
  ])(
    'takes nothing while the clock of the replica is %s of the database, and says so once',
    async (_, by) => {
      const { service } = await old();
      const before = await auditEvents(service);
      service.clock.advance(by);
      await prune(service);
      await prune(service);
      const after = await auditEvents(service);
      expect(after.slice(0, before.length).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      expect(after.slice(before.length)).toMatchObject([
        { action: 'audit.prune', outcome: 'refused', detail: { seconds: Math.abs(by) } },
      ]);
      expect(await auditVerified(service)).toMatchObject({ problems: [] });
    },
  );

  it('keeps what a replica wrote whose clock was two years behind', async () => {
    const clock = new TestClock();
    clock.advance(-2 * YEAR);
    const service = await start({ MCP_AUTH_LOG_LEVEL: 'silent' }, clock);
    await new ServiceClient(service, service.mcpUrl).register();
    await auditSealed(service);
    const before = await auditEvents(service);
    clock.advance(2 * YEAR);
    await prune(service);
    expect(await auditEvents(service)).toEqual(before);
  });

  it('is refused by the database for events of less than a day, whoever asks', async () => {
    const service = await start({});
    await auditSealed(service);
    const deletion = service.dataSource.transaction(async (manager) => {
      await manager.query(`SELECT set_config('mcp_auth.audit_retention', 'on', true)`);
      await manager.query(`DELETE FROM ${AUDIT_TABLE}`);
    });
    await expect(deletion).rejects.toThrow('The audit is written once');
  });

  it.each(['9999999999999', '3155760001', '86399', '1', '-1', '1e9', '1.5'])(
    'is no time of %s seconds',
    (seconds) => {
      expect(() => readConfig({ MCP_AUTH_AUDIT_RETENTION: seconds })).toThrow(
        `MCP_AUTH_AUDIT_RETENTION must be a whole number from 86400 to 3155760000, or 0 for good, not "${seconds}".`,
      );
    },
  );

  it.skipIf(!postgresUrl)(
    'takes nothing by the one of two replicas whose clock is a year ahead',
    async () => {
      const database = await newDatabase();
      const environment = {
        DATABASE_URL: database.url,
        MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
        MCP_AUTH_LOG_LEVEL: 'silent',
      };
      const first = await start(environment);
      await auditSealed(first);
      const ahead = new TestClock();
      ahead.advance(2 * YEAR);
      const second = await start({ ...environment, MCP_AUTH_ISSUER: first.issuer }, ahead);
      const before = await auditEvents(first);
      await prune(second);
      const after = await auditEvents(first);
      expect(after.slice(0, before.length).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      expect(await first.dataSource.query(`SELECT * FROM mcp_auth."auditCheckpoint"`)).toEqual([]);
      expect((await first.dataSource.query<unknown[]>(`SELECT * FROM ${PROCESS_TABLE}`)).length).toBe(2);
      for (const service of services.splice(0).toReversed()) await service.close();
      await database.drop();
    },
  );
});
