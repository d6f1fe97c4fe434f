import { Controller, Get, Post } from '@nestjs/common';
import express from 'express';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
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
  response.writeHead(200).end(hostname);
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

it('gives a host the request that Express would', async () => {
  expect(await (await at('/pages')).text()).toBe('localhost');
  expect(taken.at(-1)).toBe(true);
});

it('leaves what somebody has read', () => {
  const request = { method: 'POST', url: '/answers', headers: {}, body: {} } as unknown as IncomingMessage;
  expect(routes.answer(request, {} as ServerResponse)).toBe(false);
});

it('cuts the connection where no filter answers', async () => {
  handle.mockRejectedValueOnce(new Error('of the filter'));
  await expect(at('/answers')).rejects.toThrow();
});
