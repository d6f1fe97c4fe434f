import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { McpHealth, McpSigningKeys } from 'nestjs-mcp-auth';
import { RevocationView } from '../../src/verification/revocation-view.js';
import { User } from '../src/people/entities/user.entity.js';
import { eventually } from '../../test/support/eventually.js';
import { AuditSealer } from '../src/audit/audit-sealer.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('the health of the service', () => {
  let service: Standalone;
  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_LOG_LEVEL: 'silent' });
  });
  afterAll(() => service.close());

  const ready = async () => {
    const response = await fetch(`${service.issuer}/health/ready`);
    const { status, headers } = response;
    return { status, cache: headers.get('cache-control'), body: await response.json() };
  };
  const ALL_UP = {
    database: 'up',
    revocations: 'up',
    clock: 'up',
    signingKeys: 'up',
    administrator: 'up',
    audit: 'up',
  };

  it('is ready when the database, the signing keys and the revocation feed are', async () => {
    expect(await ready()).toEqual({ status: 200, cache: 'no-store', body: { status: 'ok', ...ALL_UP } });
  });

  it.each([
    [
      'database',
      () => {
        const { dataSource } = service;
        const query = dataSource.query.bind(dataSource);
        // Others ask the database too.
        return vi
          .spyOn(dataSource, 'query')
          .mockImplementation((statement, ...rest) =>
            statement === 'SELECT 1'
              ? Promise.reject(new Error('password of postgres'))
              : query(statement, ...rest),
          );
      },
    ],
    [
      'signingKeys',
      () => vi.spyOn(service.application.get(McpSigningKeys), 'canSign').mockResolvedValueOnce(false),
    ],
    [
      'revocations',
      () =>
        vi
          .spyOn(service.application.get(RevocationView, { strict: false }), 'isStale')
          .mockReturnValueOnce(true),
    ],
    [
      'clock',
      () =>
        vi
          .spyOn(service.application.get(McpHealth), 'readiness')
          .mockResolvedValueOnce({ revocations: true, clock: false, signingKeys: true }),
    ],
  ])('is not ready without its %s, and says no more than that', async (name, take) => {
    const taken = take();
    expect(await ready()).toEqual({
      status: 503,
      cache: 'no-store',
      body: { status: 'unavailable', ...ALL_UP, [name]: 'down' },
    });
    taken.mockRestore();
    expect((await fetch(`${service.issuer}/health/live`)).status).toBe(200);
    expect((await ready()).status).toBe(200);
  });

  it('is not alive while a background loop is stuck, and names it', async () => {
    vi.spyOn(service.application.get(McpHealth), 'stuckLoops').mockReturnValueOnce(['Housekeeping']);
    const response = await fetch(`${service.issuer}/health/live`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'stuck', stuck: ['Housekeeping'] },
    ]);
    expect((await fetch(`${service.issuer}/health/live`)).status).toBe(200);
  });

  it('counts a chain of the audit whose round does not end among the stuck loops', async () => {
    const health = service.application.get(McpHealth);
    const sealer = service.application.get(AuditSealer, { strict: false });
    let end: () => void = () => undefined;
    const hanging = vi
      .spyOn(sealer, 'round')
      .mockReturnValue(new Promise((resolve) => (end = () => resolve())));
    await eventually(() => hanging.mock.calls.length > 0);
    expect(health.stuckLoops()).toEqual([]);
    const later = performance.now() + 61_000;
    const now = vi.spyOn(performance, 'now').mockReturnValue(later);
    const stuck = health.stuckLoops();
    now.mockRestore();
    hanging.mockRestore();
    end();
    expect(stuck).toContain('AuditSealer');
  });

  it('is not ready before somebody administers it, and from then on without another question', async () => {
    const other = await startStandalone({}, false);
    const answer = async () => {
      const response = await fetch(`${other.issuer}/health/ready`);
      return [response.status, ((await response.json()) as { administrator: string }).administrator];
    };
    expect(await answer()).toEqual([503, 'down']);
    await other.administrators.create({
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse battery',
    });
    expect(await answer()).toEqual([200, 'up']);
    const asked = vi.spyOn(other.dataSource.getRepository(User), 'existsBy');
    expect(await answer()).toEqual([200, 'up']);
    expect(asked).not.toHaveBeenCalled();
    await other.close();
  });

  it('can sign as long as its keys are what they say', async () => {
    const keys = service.application.get(McpSigningKeys);
    expect(await keys.canSign()).toBe(true);
  });
});
