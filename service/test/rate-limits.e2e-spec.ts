import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, statementsSoFar } from '../../test/support/app.js';
import { Browser, encode } from '../../test/support/browser.js';
import { fail, failTimes, LIMITED, newAddress, SECRET } from './support/failing-requests.js';
import { newDatabase } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!postgresUrl)('limits that are counted in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let [first, second]: Standalone[] = [];
  let client: ServiceClient;
  let clientId: string;

  beforeAll(async () => {
    database = await newDatabase();
    first = await startStandalone({ ...LIMITED, DATABASE_URL: database.url });
    second = await startStandalone(
      { ...LIMITED, DATABASE_URL: database.url, MCP_AUTH_ISSUER: first.issuer },
      false,
      first.clock,
    );
    client = await new ServiceClient(first, first.mcpUrl).register();
    ({ clientId } = client);
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
    await database.drop();
  });
  const services = () => {
    if (!first || !second) throw new Error('Not started.');
    return { first, second };
  };

  it('lets a client that fails a few times authorize again, and counts none of what succeeds', async () => {
    const { first: service } = services();
    for (let round = 0; round < 3; round++) {
      const failed = await client.refresh('unknown');
      expect([failed.status, failed.body.error]).toEqual([400, 'invalid_grant']);
    }
    for (let round = 0; round < 25; round++) {
      const { refresh_token: token } = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
      for (let use = 0; use < 3; use++) expect((await client.refresh(token)).status).toBe(200);
    }
    const counted = await service.dataSource.query<{ points: number }[]>(
      `SELECT points FROM mcp_auth."rateLimit" WHERE key LIKE 'token:%'`,
    );
    expect(counted).toEqual([{ points: 3 }]);
  });

  it('answers invalid_grant for grants that have ended, however many people of one client and address come', async () => {
    const { first: service } = services();
    const shared = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refreshToken } = await shared.tokens(ADMINISTRATOR.email, 'mcp:tools');
    await fetch(`${service.origin}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ client_id: shared.clientId, token: refreshToken }),
    });
    const answers = [];
    for (let person = 0; person < 70; person++) answers.push((await shared.refresh(refreshToken)).body.error);
    expect(new Set(answers)).toEqual(new Set(['invalid_grant']));
  });

  it('adds no statement to a token answer that succeeds', async () => {
    const { first: service, second } = services();
    const spent = [];
    for (let round = 0; round < 15; round++) {
      const fields = await client.codeRequest(ADMINISTRATOR.email, 'mcp:tools');
      const before = statementsSoFar();
      expect((await client.token(fields, second.origin)).status).toBe(200);
      spent.push(statementsSoFar() - before);
    }
    // On a replica that did not issue the code, as the one without limits.
    const unlimited = await startStandalone({
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: SECRET,
      MCP_AUTH_ISSUER: service.issuer,
    });
    const free = [];
    for (let round = 0; round < 15; round++) {
      const fields = await client.codeRequest(ADMINISTRATOR.email, 'mcp:tools');
      const before = statementsSoFar();
      expect((await client.token(fields, unlimited.origin)).status).toBe(200);
      free.push(statementsSoFar() - before);
    }
    await unlimited.close();
    expect(Math.min(...spent)).toBe(Math.min(...free));
  });

  it('refuses a flood of failures on every replica, and says for how long', async () => {
    const { first: one, second: other } = services();
    const address = newAddress();
    expect(await failTimes(30, { service: one, clientId, address })).toEqual(new Set(['invalid_grant']));
    expect(await failTimes(30, { service: other, clientId, address })).toEqual(new Set(['invalid_grant']));
    for (const service of [one, other, one, other]) {
      const { status, error, retryAfter } = await fail({ service, clientId, address });
      expect([status, error]).toEqual([429, 'too_many_requests']);
      expect(Number(retryAfter)).toBeGreaterThan(0);
      expect(Number(retryAfter)).toBeLessThanOrEqual(60);
    }
    // Neither another grant type, nor another client, nor the client at another address.
    const somebody = await new ServiceClient(one, one.mcpUrl).register();
    const bystanders = [
      { service: one, clientId, address, grantType: 'authorization_code' },
      { service: one, clientId: somebody.clientId, address },
      { service: one, clientId, address: newAddress() },
    ];
    for (const bystander of bystanders) expect((await fail(bystander)).error).toBe('invalid_grant');
  });

  it('counts the addresses of an IPv6 network together', async () => {
    const { first: service } = services();
    const at = (address: string) => ({ service, clientId, address });
    for (let host = 1; host <= 60; host++)
      expect((await fail(at(`2001:db8:1:1::${host.toString(16)}`))).status).toBe(400);
    expect((await fail(at('2001:db8:1:1:ffff::1'))).status).toBe(429);
    expect((await fail(at('2001:db8:1:2::1'))).status).toBe(400);
  });

  it('does not let strangers who name a client use up what it has, even at its address', async () => {
    const { first: service } = services();
    const registered = await new ServiceClient(service, service.mcpUrl).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    const attempt = { service, clientId: registered.clientId, address: newAddress() };
    expect(await failTimes(100, attempt)).toEqual(new Set(['invalid_client']));
    const names = await service.dataSource.query<{ key: string; points: number }[]>(
      `SELECT split_part(key, ':', 2) AS key, points FROM mcp_auth."rateLimit" WHERE key LIKE 'token:strangers:%'`,
    );
    expect(names).toEqual([{ key: 'strangers', points: 100 }]);
  });

  it('limits what fails at pages too, with a page, and nothing that succeeds', async () => {
    const { first: service } = services();
    const browser = new Browser();
    const load = () =>
      browser.request(`${service.issuer}/invitation?token=x`, {
        headers: { accept: 'text/html', 'x-forwarded-for': '203.0.113.77' },
      });
    for (let visit = 0; visit < 290; visit++) expect((await load()).status).toBe(410);
    // They are counted once they are answered.
    for (let visit = 0; visit < 20; visit++) await load();
    const { status, headers, body } = await load();
    expect([status, headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body).toContain('That was too often');
    expect((await browser.get(`${service.issuer}/invitation?token=x`)).status).toBe(410);
    for (let visit = 0; visit < 310; visit++)
      expect((await browser.get(`${service.issuer}/sign-in`)).status).toBe(200);
  });

  it('forgets counts that are over', async () => {
    const { first: service } = services();
    const { LimitStore } = await import('../src/operations/limit-store.js');
    await service.dataSource.query(
      `INSERT INTO mcp_auth."rateLimit" VALUES ('over', 1, 1), ('under way', 1, 99999999999999)`,
    );
    await service.application.get(LimitStore, { strict: false }).prune();
    expect(
      await service.dataSource.query(
        `SELECT key FROM mcp_auth."rateLimit" WHERE key IN ('over', 'under way')`,
      ),
    ).toEqual([{ key: 'under way' }]);
  });
});

describe('limits that are turned off', () => {
  it('refuse nobody', async () => {
    const service = await startStandalone({ MCP_AUTH_TRUST_PROXY: 'loopback' });
    const { clientId } = await new ServiceClient(service, service.mcpUrl).register();
    const attempt = { service, clientId, address: newAddress() };
    expect(await failTimes(70, attempt)).toEqual(new Set(['invalid_grant']));
    for (let visit = 0; visit < 125; visit++)
      expect((await fetch(`${service.issuer}/sign-in`)).status).toBe(200);
    await service.close();
  });
});
