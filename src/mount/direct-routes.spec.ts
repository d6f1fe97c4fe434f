import { Controller, Get, Post } from '@nestjs/common';
import express from 'express';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer, IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CrossOrigin } from './cross-origin.js';
import { Direct } from './direct.js';
import { DirectRoutes } from './direct-routes.js';
import type { ExpressApplication } from './express-layers.js';

@Controller('answers')
@Direct()
@CrossOrigin()
class Answers {
  @Get() get(): void {}
  @Post() post(): void {}
}

@Controller('pages')
@Direct({ forHost: true })
class Pages {
  @Get() get(): void {}
}

@Controller('others')
class Others {
  @Post() post(): void {}
}

const handle = vi.fn(async (request: express.Request, response: express.Response) => {
  response.writeHead(200).end(String(request.body));
});
const application = express();
application.get('/answers', handle as never);
application.post('/answers', handle as never);
application.get('/pages', (async ({ hostname }: express.Request, response: express.Response) => {
  const isFresh = response.req.fresh;
  response.writeHead(200).end(`${hostname} ${isFresh}`);
}) as never);
application.post('/others', handle as never);

const routes = new DirectRoutes(application as unknown as ExpressApplication, [Answers, Pages, Others], 10);
const taken: boolean[] = [];
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const isTaken = routes.answer(request, response);
  taken.push(isTaken);
  if (!isTaken) response.end('left');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
afterAll(() => server.close());

const at = (path: string, init: RequestInit = {}) =>
  fetch(`http://localhost:${(server.address() as AddressInfo).port}${path}`, init);
const post = (body: BodyInit, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers,
  duplex: 'half' as const,
});

it.each([
  ['a body with its length', '/answers', post('a=b'), 'a=b'],
  ['an empty body', '/answers', post(''), ''],
  ['no body', '/answers', {}, 'undefined'],
  ['a query', '/answers?a=b', post('a=b'), 'a=b'],
])('takes %s', async (_name, path, init, expected) => {
  const answer = await at(path, init);
  expect(await answer.text()).toBe(expected);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
});

it.each([
  ['too long a body', '/answers', post('more than ten bytes')],
  ['a body in pieces', '/answers', post(new Blob(['a=b']).stream())],
  ['a packed body', '/answers', post('a=b', { 'content-encoding': 'gzip' })],
  ['another method', '/answers', { method: 'PUT' }],
  ['HEAD', '/answers', { method: 'HEAD' }],
  ['another path', '/answers/', {}],
  ['a controller that does not say so', '/others', post('a=b')],
])('leaves %s', async (_name, path, init) => {
  await at(path, init);
  expect(taken.at(-1)).toBe(false);
});

describe('where a request comes from', () => {
  const host = express();
  /** As the listener has it, on its way through the Express of a host. */
  const through = (headers: Record<string, string>, remoteAddress: string | undefined) => {
    const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
    const request = Object.assign(new IncomingMessage(socket), { method: 'GET', url: '/answers', headers });
    return Object.setPrototypeOf(request, host.request as object) as IncomingMessage;
  };
  const response = { setHeader: vi.fn(), writeHead: () => ({ end: vi.fn() }) } as unknown as ServerResponse;
  const addressOf = (request: IncomingMessage) => {
    routes.answer(request, response);
    const [sent] = handle.mock.lastCall ?? [];
    return sent?.ip;
  };

  it('goes by the proxies of these endpoints, not by those of a host', () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.1' };
    expect(addressOf(through(forwarded, '127.0.0.1'))).toBe('127.0.0.1');
    application.set('trust proxy', 'loopback');
    expect(addressOf(through(forwarded, '127.0.0.1'))).toBe('192.0.2.1');
    expect(addressOf(through(forwarded, '198.51.100.1'))).toBe('198.51.100.1');
  });

  it('is not known once the connection is gone', () => {
    expect(addressOf(through({}, undefined))).toBeUndefined();
  });

  it('is what the platform of the host has said', () => {
    const said = Object.defineProperty(through({}, '127.0.0.1'), 'ip', { value: '203.0.113.1' });
    expect(addressOf(said)).toBe('203.0.113.1');
  });
});

it('gives a host the request that Express would', async () => {
  expect(await (await at('/pages')).text()).toBe('localhost false');
  expect(taken.at(-1)).toBe(true);
});

it.each([
  ['somebody has read', { body: {} }],
  ['somebody reads', { readableDidRead: true }],
  ['somebody has read as text', { readableEncoding: 'utf8' }],
])('leaves what %s', (_name, how) => {
  const request = { method: 'POST', url: '/answers', headers: {}, readableEncoding: null, ...how };
  expect(routes.answer(request as unknown as IncomingMessage, {} as ServerResponse)).toBe(false);
});

it('answers for whoever the request came for, whenever its body comes', async () => {
  const storage = new AsyncLocalStorage<string>();
  const own = createServer((request, response) =>
    storage.run('this one', () => void routes.answer(request, response)),
  );
  await new Promise<void>((resolve) => own.listen(0, resolve));
  const seen: unknown[] = [];
  handle.mockImplementation(async (_request, response) => {
    seen.push(storage.getStore());
    response.writeHead(200).end();
  });
  const { port } = own.address() as AddressInfo;
  await fetch(`http://localhost:${port}/answers`, post('a=b'));
  const late = request({ port, path: '/answers', method: 'POST', headers: { 'content-length': 3 } });
  await new Promise<void>((resolve) => late.write('a', () => setTimeout(resolve, 20)));
  await new Promise<void>((resolve) => late.on('response', () => resolve()).end('=b'));
  expect(seen).toEqual(['this one', 'this one']);
  own.close();
});

it('ends with 500 what no filter answers', async () => {
  handle.mockRejectedValueOnce(new Error('of the filter'));
  expect((await at('/answers')).status).toBe(500);
});
