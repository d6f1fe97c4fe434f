import { Injectable } from '@nestjs/common';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RateLimitAnswer, type RateLimitedRequest, RateLimiter } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { beginForm } from '../support/slow-request.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

const withLength = (type: string, body: string): RequestInit => ({ body, headers: { 'content-type': type } });
const shapes: [string, typeof withLength][] = [
  ['with its length', withLength],
  [
    'in pieces (RFC 9112 §7.1)',
    (type, body) => ({
      body: new Blob([body.slice(0, 1), body.slice(1)]).stream(),
      headers: { 'content-type': type },
      duplex: 'half',
    }),
  ],
  [
    'packed',
    (type, body) => ({
      body: gzipSync(body),
      headers: { 'content-type': type, 'content-encoding': 'gzip' },
    }),
  ],
];

describe('an endpoint that programs call', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ deviceAuthorization: true });
  });
  afterAll(() => service.close());

  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(service.issuer + path, { method: 'POST', ...init });
    const { headers, status } = response;
    const kept = ['content-type', 'cache-control', 'access-control-allow-origin', 'x-powered-by'];
    return {
      status,
      headers: kept.map((name) => headers.get(name)),
      text: await response.text(),
    };
  };

  const refused: [string, string, string][] = [
    ['/token', FORM, 'grant_type=refresh_token&refresh_token=none&client_id=none'],
    ['/token', FORM, ''],
    ['/introspect', FORM, 'token=x&client_id=none&client_secret=none'],
    ['/revoke', FORM, 'token=x'],
    ['/par', FORM, 'client_id=none'],
    ['/device_authorization', FORM, 'client_id=none'],
    ['/register', JSON_TYPE, '{"redirect_uris":[]}'],
    ['/register', JSON_TYPE, '"ü"'],
    ['/userinfo', FORM, 'a=b'],
    ['/token', FORM, `a=${'a'.repeat(100_000)}`],
  ];
  it.each(refused)('answers %s the same however the body is sent', async (path, type, body) => {
    const answers = await Promise.all(shapes.map(([, init]) => send(path, init(type, body))));
    expect(answers[0]).toMatchObject({
      status: expect.any(Number) as number,
      headers: ['application/json; charset=utf-8', 'no-store', path === '/introspect' ? null : '*', null],
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it.each(shapes)('registers and revokes with a body %s', async (_name, init) => {
    const metadata = JSON.stringify({ client_name: 'Grün', redirect_uris: ['https://client.example/cb'] });
    const registered = await send('/register', init(JSON_TYPE, metadata));
    expect(registered.status).toBe(201);
    const { client_id: clientId, client_secret: secret } = JSON.parse(registered.text) as Record<
      string,
      string
    >;
    const form = new URLSearchParams({ client_id: clientId ?? '', client_secret: secret ?? '', token: 'x' });
    expect(await send('/revoke', init(FORM, form.toString()))).toMatchObject({ status: 200, text: '' });
  });

  it('answers a slash at the end, a query, and HEAD as it does without', async () => {
    const plain = await send('/token', withLength(FORM, 'grant_type=none'));
    for (const path of ['/token/', '/token?a=b', '/token/?a=b'])
      expect(await send(path, withLength(FORM, 'grant_type=none'))).toEqual(plain);
    const read = await fetch(`${service.issuer}/userinfo`);
    const head = await fetch(`${service.issuer}/userinfo`, { method: 'HEAD' });
    expect([head.status, head.headers.get('www-authenticate'), await head.text()]).toEqual([
      401,
      read.headers.get('www-authenticate'),
      '',
    ]);
  });

  it('reads a body that comes slowly, and does without one that never comes', async () => {
    const fields = { grant_type: 'none', client_id: 'none' };
    const slow = await beginForm(`${service.issuer}/token`, fields);
    const before = await service.snapshot();
    await new Promise<void>((resolve) => {
      const outgoing = request(`${service.issuer}/token`, {
        method: 'POST',
        headers: { 'content-type': FORM, 'content-length': 1_000 },
      }).on('error', () => resolve());
      outgoing.write('grant_type=', () => outgoing.destroy());
    });
    expect(JSON.parse((await slow.finish()).body)).toMatchObject({ error: 'invalid_client' });
    expect(await service.snapshot()).toEqual(before);
  });
});

const seen: string[] = [];

@Injectable()
class RecordingLimiter extends RateLimiter {
  async consume({ address }: RateLimitedRequest): Promise<RateLimitAnswer> {
    seen.push(address);
    return { allowed: true };
  }
}

describe('where a request comes from', () => {
  it.each([
    ['says nobody but a proxy that is trusted', 'loopback', '192.0.2.7', '192.0.2.7'],
    ['is the connection, whatever a stranger says', undefined, '192.0.2.7', '127.0.0.1'],
    ['is the first that no proxy is, of several', 'loopback', '198.51.100.1, 192.0.2.7', '192.0.2.7'],
  ] as const)('%s', async (_name, trustProxy, forwarded, expected) => {
    seen.length = 0;
    const service = await startService({ trustProxy, rateLimit: true, rateLimiter: RecordingLimiter });
    await fetch(`${service.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'none', client_id: 'none' }),
      headers: { 'x-forwarded-for': forwarded },
    });
    expect(seen).toEqual([expected]);
    await service.close();
  });
});
