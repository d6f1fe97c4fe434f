import { Controller, Delete, Module, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StatusListStore } from '../../src/persistence/status-list.store.js';
import { McpResourceModule } from '../../src/resource.js';
import { startService, type TestService } from '../support/app.js';
import { freePort } from '../support/free-port.js';

const FORM = 'application/x-www-form-urlencoded';

describe('what a request gets that no endpoint can read', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  const send = async (path: string, init: RequestInit) => {
    const response = await fetch(service.issuer + path, { method: 'POST', redirect: 'manual', ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  const bodies: [string, RequestInit, number][] = [
    ['JSON cut short', { headers: { 'content-type': 'application/json' }, body: '{"a":' }, 400],
    ['another media type', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }, 400],
    ['no media type', { body: Buffer.from('a=b') }, 400],
    ['another character set', { headers: { 'content-type': `${FORM}; charset=utf-16` }, body: 'a=b' }, 400],
    [
      'JSON in another character set',
      { headers: { 'content-type': 'application/json;charset="latin1"' }, body: '{}' },
      400,
    ],
    [
      'an unknown encoding',
      { headers: { 'content-type': FORM, 'content-encoding': 'zip' }, body: 'a=b' },
      415,
    ],
    ['a broken gzip', { headers: { 'content-type': FORM, 'content-encoding': 'gzip' }, body: 'a=b' }, 400],
    ['100 kB', { headers: { 'content-type': FORM }, body: 'a'.repeat(100_000) }, 413],
    ['bad percent-encoding', { headers: { 'content-type': FORM }, body: 'token=%zz' }, 400],
    ['bytes that are no UTF-8', { headers: { 'content-type': FORM }, body: 'token=%ff' }, 400],
  ];
  const cases = ['/token', '/register', '/revoke', '/introspect'].flatMap((path) =>
    bodies.map(([name, init, status]): [string, string, RequestInit, number] => [path, name, init, status]),
  );
  it.each(cases)('is one shape of error at %s for %s (RFC 6749 §5.2)', async (path, _name, init, status) => {
    const before = await service.snapshot();
    const answer = await send(path, init);
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    expect([answer.status, Object.keys(body), body['error']]).toEqual([
      status,
      ['error', 'error_description'],
      'invalid_request',
    ]);
    expect(answer.text).not.toMatch(/Unexpected|position|statusCode|Cannot |JSON at|Error/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await service.snapshot()).toEqual(before);
  });

  it.each([
    ['/authorize?client_id=%zz', 'GET'],
    ['/interaction/%', 'GET'],
    ['/interaction/%ff', 'POST'],
  ])('is a page in plain words at %s', async (path, method) => {
    const answer = await send(path, { method });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).not.toMatch(/URIError|Failed to decode|Bad Request|statusCode/);
  });

  it.each([
    '/status-lists/%',
    '/.well-known/oauth-authorization-server/%ff',
    '/status-lists',
    '/status-lists/0/x',
  ])('is one shape of error at %s', async (path) => {
    const answer = await send(path, { method: 'GET' });
    expect(Object.keys(JSON.parse(answer.text) as object)).toEqual(['error', 'error_description']);
  });

  it.each([
    ['/token', 'GET', 'POST, OPTIONS'],
    ['/token', 'PUT', 'POST, OPTIONS'],
    ['/token?x=y', 'DELETE', 'POST, OPTIONS'],
    ['/register', 'GET', 'POST, OPTIONS'],
    ['/introspect', 'GET', 'POST'],
    ['/introspect', 'OPTIONS', 'POST'],
    ['/authorize', 'DELETE', 'GET, HEAD, POST'],
    ['/interaction/x', 'PATCH', 'GET, HEAD, POST'],
    ['/jwks', 'POST', 'GET, HEAD, OPTIONS'],
    ['/status-lists/0', 'POST', 'GET, HEAD, OPTIONS'],
    ['/userinfo', 'PUT', 'GET, HEAD, POST, OPTIONS'],
    ['/.well-known/oauth-authorization-server', 'POST', 'GET, HEAD, OPTIONS'],
    ['/.well-known/oauth-protected-resource/mcp', 'DELETE', 'GET, HEAD, OPTIONS'],
  ])('is 405 at %s for %s, naming %s (RFC 9110 §15.5.6)', async (path, method, allow) => {
    const answer = await send(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(allow.includes('OPTIONS') ? '*' : null);
  });

  it('costs no statement for a status list that nobody has (Token Status List §8.1)', async () => {
    // The statements of the process would count those of its background loops, too.
    const reads = vi.spyOn(service.application.get(StatusListStore, { strict: false }), 'read');
    for (const list of [7, 12, 4_711, 1_234_567_890])
      expect((await send(`/status-lists/${list}`, { method: 'GET' })).status).toBe(404);
    expect(reads).not.toHaveBeenCalled();
    expect((await send('/status-lists/0', { method: 'GET' })).status).toBe(200);
    expect(reads).toHaveBeenCalledTimes(1);
  });
});

describe('a method that is not served', () => {
  it('goes to a route of the host, and is 405 where there is none (RFC 9110 §15.5.6)', async () => {
    @Controller('.well-known/oauth-protected-resource')
    class HostController {
      @Put()
      put() {
        return 'the host';
      }

      @Delete(':name')
      remove() {
        return 'the host';
      }
    }

    const port = await freePort();
    const options = { issuer: 'https://auth.example.com', resource: `http://localhost:${port}/mcp` };
    @Module({ imports: [McpResourceModule.forRoot(options)], controllers: [HostController] })
    class HostModule {}

    const application = await NestFactory.create(HostModule, { logger: ['error'], abortOnError: false });
    await application.listen(port, '127.0.0.1');
    const send = async (method: string, path = '') => {
      const url = `http://localhost:${port}/.well-known/oauth-protected-resource${path}`;
      const response = await fetch(url, { method });
      return [response.status, await response.text()];
    };
    expect(await send('PUT')).toEqual([200, 'the host']);
    expect(await send('DELETE', '/mcp')).toEqual([200, 'the host']);
    expect((await send('DELETE'))[0]).toBe(405);
    expect((await send('PUT', '/mcp'))[0]).toBe(405);
    expect((await send('GET'))[1]).toContain('authorization_servers');
    await application.close();
  });
});
