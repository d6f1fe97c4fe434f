import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { McpRevocations, McpSigningKeys } from 'nestjs-mcp-auth';
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
  const ALL_UP = { database: 'up', signingKeys: 'up', revocations: 'up', audit: 'up' };

  it('is ready when the database, the signing keys and the revocation feed are', async () => {
    expect(await ready()).toEqual({ status: 200, cache: 'no-store', body: { status: 'ok', ...ALL_UP } });
  });

  it.each([
    [
      'database',
      () => vi.spyOn(service.dataSource, 'query').mockRejectedValueOnce(new Error('password of postgres')),
    ],
    [
      'signingKeys',
      () => vi.spyOn(service.application.get(McpSigningKeys), 'canSign').mockResolvedValueOnce(false),
    ],
    [
      'revocations',
      () => vi.spyOn(service.application.get(McpRevocations), 'isCurrent').mockReturnValueOnce(false),
    ],
  ])('is not ready without its %s, and says no more than that', async (name, take) => {
    take();
    expect(await ready()).toEqual({
      status: 503,
      cache: 'no-store',
      body: { status: 'unavailable', ...ALL_UP, [name]: 'down' },
    });
    expect((await fetch(`${service.issuer}/health/live`)).status).toBe(200);
    expect((await ready()).status).toBe(200);
  });

  it('can sign as long as its keys are what they say', async () => {
    const keys = service.application.get(McpSigningKeys);
    expect(await keys.canSign()).toBe(true);
  });
});
