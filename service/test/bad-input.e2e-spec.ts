import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditEventRow } from '../src/audit/entities/audit-event.entity.js';
import { User } from '../src/people/entities/user.entity.js';
import { auditFlushed } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from './support/standalone.js';

describe('bad input to the service', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_RATE_LIMIT: 'on' });
  });
  afterAll(() => service.close());

  const post = (browser: Browser, path: string, body: object) =>
    browser.request(`${service.issuer}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('is refused when its token has as many characters and more bytes', async () => {
    const browser = new Browser();
    await browser.get(`${service.issuer}/sign-in`);
    for (const path of ['/sign-in', '/sign-out', '/setup', '/connections/end'])
      expect((await post(browser, path, { csrf: `é${'a'.repeat(42)}` })).status).toBe(403);
  });

  it('is refused when it holds half a character', async () => {
    const browser = new Browser();
    const page = await browser.get(`${service.issuer}/sign-in`);
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(page.body) ?? [];
    const form = { csrf, token: 'x', name: 'Eve', email: '\ud800', password: PASSWORD, repeated: PASSWORD };
    expect((await post(browser, '/setup', form)).status).toBe(400);
  });

  const JSON_BODY = { 'content-type': 'application/json' };
  const MCP = { ...JSON_BODY, accept: 'application/json, text/event-stream' };
  const ERROR = (error: string) => ({ error, error_description: expect.any(String) as string });
  const MESSAGE = (code: number) => ({
    jsonrpc: '2.0',
    error: { code, message: expect.any(String) as string },
    id: null,
  });

  it.each<[string, string, RequestInit, number, object]>([
    ['an address that is not there', '/nope', {}, 404, ERROR('invalid_request')],
    ['a broken escape in an address', '/%', {}, 404, ERROR('invalid_request')],
    ['another method', '/account', { method: 'PUT' }, 404, ERROR('invalid_request')],
    [
      'half a body',
      '/sign-in',
      { method: 'POST', headers: JSON_BODY, body: '{"a' },
      400,
      ERROR('invalid_request'),
    ],
    [
      'an encoding that nobody knows',
      '/sign-in',
      { method: 'POST', headers: { ...JSON_BODY, 'content-encoding': 'zz' }, body: '{}' },
      415,
      ERROR('invalid_request'),
    ],
    ['a form without its token', '/sign-in', { method: 'POST' }, 403, ERROR('access_denied')],
    ['half a message', '/mcp', { method: 'POST', headers: MCP, body: '{"jsonrpc"' }, 400, MESSAGE(-32_700)],
    [
      'a message that is no object',
      '/mcp',
      { method: 'POST', headers: MCP, body: '1' },
      400,
      MESSAGE(-32_700),
    ],
    [
      'a message of an unknown encoding',
      '/mcp',
      { method: 'POST', headers: { ...MCP, 'content-encoding': 'zz' }, body: '{}' },
      415,
      MESSAGE(-32_600),
    ],
    [
      'a message of a megabyte',
      '/mcp',
      { method: 'POST', headers: MCP, body: JSON.stringify('x'.repeat(1_100_000)) },
      413,
      MESSAGE(-32_600),
    ],
  ])(
    'has one shape of error, as RFC 6749 §5.2 or JSON-RPC has it: %s',
    async (_, path, init, status, body) => {
      const answer = await fetch(`${service.issuer}${path}`, init);
      expect([answer.status, await answer.json()]).toEqual([status, body]);
    },
  );

  it('is refused for times that only some can read', async () => {
    const browser = new Browser();
    const page = await browser.get(`${service.issuer}/sign-in`);
    await fillSignIn(browser, page, ADMINISTRATOR.email, ADMINISTRATOR.password);
    for (const time of ['2026-W01', '2026-123', '20260101', '2026-01-01T10Z', '2026-13-01', 'x'])
      expect([
        time,
        (await browser.get(`${service.issuer}/admin/audit/export?since=${time}`)).status,
      ]).toEqual([time, 400]);
  });

  it('fills no audit: a stranger who is refused again and again is answered with 429 at last', async () => {
    const counts = async () => {
      await auditFlushed(service);
      return service.dataSource.getRepository(AuditEventRow).countBy({ outcome: 'refused' });
    };
    const before = await counts();
    for (const [path, body] of [
      ['/introspect', 'a=1&a=2'],
      ['/revoke', 'client_id=a&client_secret=b&client_assertion=c&client_assertion_type=d'],
    ] as const) {
      const answers = new Set<number>();
      for (let index = 0; index < 320; index++) {
        const response = await fetch(`${service.issuer}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body,
        });
        await response.text();
        answers.add(response.status);
      }
      expect(answers).toContain(429);
    }
    expect((await counts()) - before).toBeLessThan(620);
  });
});

describe('the first administrator', () => {
  it('takes nothing but a name, an email and a password from its form, and no account over', async () => {
    const service = await startStandalone({}, false);
    await service.addMember('grace@example.com', []);
    const token = (await service.administrators.issueLink()) ?? '';
    const browser = new Browser();
    const page = await browser.get(`${service.issuer}/setup?token=${token}`);
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(page.body) ?? [];
    const form = { csrf, token, name: 'Ada', password: PASSWORD, repeated: PASSWORD };
    const send = (body: object) =>
      browser.request(`${service.issuer}/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const users = service.dataSource.getRepository(User);
    expect((await send({ ...form, email: 'Grace@example.com' })).status).toBe(409);
    expect(await users.countBy({ role: 'administrator' })).toBe(0);
    const more = { id: 'x', emailVerified: true, groups: ['finance'], createdAt: '2000-01-01' };
    expect((await send({ ...form, ...more, email: 'ada@example.com' })).status).toBe(303);
    expect(await users.findOneBy({ role: 'administrator' })).toMatchObject({
      name: 'Ada',
      emailVerified: false,
      groups: [],
    });
    await service.close();
  });
});
