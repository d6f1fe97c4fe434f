import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStandalone, type Standalone } from './support/standalone.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function idFor(service: Standalone, path: string, given?: string): Promise<string | null> {
  const headers: Record<string, string> = given === undefined ? {} : { 'x-request-id': given };
  const response = await fetch(`${service.issuer}${path}`, { headers, redirect: 'manual' });
  return response.headers.get('x-request-id');
}

describe('the id of a request', () => {
  let service: Standalone;
  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());

  it.each(['/', '/jwks', '/authorize', '/token', '/mcp', '/nowhere'])(
    'is new for each request, and stands on the answer of %s',
    async (path) => {
      const [first, second] = [await idFor(service, path), await idFor(service, path)];
      expect([first, second]).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
      expect(first).not.toBe(second);
    },
  );

  it('is not what somebody says who is no trusted proxy', async () => {
    expect(await idFor(service, '/', 'forged')).toMatch(UUID);
  });
});

describe('the id of a request behind a proxy', () => {
  let service: Standalone;
  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_TRUST_PROXY: '127.0.0.1,::1' });
  });
  afterAll(() => service.close());

  it.each(['/', '/jwks'])('is what the proxy says, at %s', async (path) => {
    expect(await idFor(service, path, 'From-the.proxy_1')).toBe('From-the.proxy_1');
  });

  it.each(['two words', 'quote"', 'x'.repeat(129)])('is new when the proxy says %j', async (given) => {
    expect(await idFor(service, '/', given)).toMatch(UUID);
  });
});
