import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { fail, failTimes, LIMITED, newAddress } from './support/failing-requests.js';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase } from '../../test/support/postgres.js';
import { proxyTo, type DatabaseProxy } from '../../test/support/proxy.js';
import { keysBelow, newPrefix, redisUrl } from './support/redis.js';
import { ServiceClient } from './support/service-client.js';
import { ServiceRateLimiter } from '../src/operations/service-rate-limiter.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!postgresUrl || !redisUrl)('limits that are counted in Redis', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let redis: DatabaseProxy;
  let [first, second]: Standalone[] = [];
  let clientId: string;
  const prefix = newPrefix();

  beforeAll(async () => {
    database = await newDatabase();
    redis = await proxyTo(redisUrl ?? '');
    const environment = {
      ...LIMITED,
      DATABASE_URL: database.url,
      MCP_AUTH_REDIS_URL: redis.url,
      MCP_AUTH_REDIS_PREFIX: prefix,
      MCP_AUTH_LOG_LEVEL: 'silent',
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, MCP_AUTH_ISSUER: first.issuer }, false, first.clock);
    ({ clientId } = await new ServiceClient(first, first.mcpUrl).register());
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
    redis.close();
    await database.drop();
  });

  it('count the refreshes of a grant over all replicas', async () => {
    const [limits, others] = [first, second].map((service) => service?.application.get(ServiceRateLimiter));
    if (!limits || !others) throw new Error('Not started.');
    for (let round = 0; round < 15; round += 1)
      for (const limiter of [limits, others])
        expect(await limiter.consumeRefresh('grant')).toEqual({ allowed: true });
    for (const limiter of [limits, others])
      expect(await limiter.consumeRefresh('grant')).toMatchObject({ allowed: false });
    expect(await limits.consumeRefresh('another')).toEqual({ allowed: true });
  });

  it('are shared by the replicas, and live on in memory while Redis is away', async () => {
    if (!first || !second) throw new Error('Not started.');
    const address = newAddress();
    expect(await failTimes(59, { service: first, clientId, address })).toEqual(new Set(['invalid_grant']));
    expect((await fail({ service: second, clientId, address })).status).toBe(400);
    expect((await fail({ service: second, clientId, address })).status).toBe(429);
    expect(await keysBelow(prefix)).toContainEqual(expect.stringContaining(`${prefix}:token:`));
    const rows = await first.dataSource.query<object[]>('SELECT 1 FROM mcp_auth."rateLimit"');
    expect(rows).toEqual([]);

    redis.cut();
    const later = newAddress();
    expect(await failTimes(60, { service: first, clientId, address: later })).toEqual(
      new Set(['invalid_grant']),
    );
    expect((await fail({ service: first, clientId, address: later })).status).toBe(429);
    expect((await fetch(`${first.issuer}/health/ready`)).status).toBe(200);
    expect((await fetch(`${first.issuer}/sign-in`)).status).toBe(200);

    redis.restore();
    const back = newAddress();
    const known = (await keysBelow(prefix)).length;
    await eventually(async () => {
      await fail({ service: first, clientId, address: back });
      return (await keysBelow(prefix)).length > known;
    });
  });
});

describe.skipIf(!redisUrl)('the service with a Redis that does not answer any more', () => {
  it('does not wait for it', async () => {
    const redis = await proxyTo(redisUrl ?? '');
    const service = await startStandalone({
      ...LIMITED,
      MCP_AUTH_REDIS_URL: redis.url,
      MCP_AUTH_REDIS_PREFIX: newPrefix(),
      MCP_AUTH_LOG_LEVEL: 'silent',
    });
    const { clientId } = await new ServiceClient(service, service.mcpUrl).register();
    const attempt = { service, clientId, address: newAddress() };
    expect((await fail(attempt)).status).toBe(400);
    redis.stall();
    const begun = performance.now();
    expect(await failTimes(3, attempt)).toEqual(new Set(['invalid_grant']));
    expect(performance.now() - begun).toBeLessThan(15_000);
    await service.close();
    redis.close();
    redis.cut();
  });
});

describe('the service with a Redis that was never there', () => {
  it('starts, and limits', async () => {
    const service = await startStandalone({
      ...LIMITED,
      MCP_AUTH_REDIS_URL: 'redis://127.0.0.1:1',
      MCP_AUTH_LOG_LEVEL: 'silent',
    });
    const { clientId } = await new ServiceClient(service, service.mcpUrl).register();
    const attempt = { service, clientId, address: newAddress() };
    expect(await failTimes(60, attempt)).toEqual(new Set(['invalid_grant']));
    expect((await fail(attempt)).status).toBe(429);
    await service.close();
  });
});
