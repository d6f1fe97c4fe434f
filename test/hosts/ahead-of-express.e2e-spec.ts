import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express, { type NextFunction, type Request, type Response } from 'express';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { resource } from '../support/host-setup.js';

const DOCUMENT = '/.well-known/oauth-protected-resource/mcp';

@Module({ imports: [resource()] })
class Host {}

describe('the endpoints ahead of the Express of a host', () => {
  let application: NestExpressApplication;
  let seen: string[] = [];
  const servers: Server[] = [];

  afterEach(async () => {
    seen = [];
    for (const server of servers.splice(0)) server.close();
    await application.close();
  });
  afterAll(() => Logger.overrideLogger(false));

  const middleware = (name: string) => (_request: Request, _response: Response, next: NextFunction) => {
    seen.push(name);
    next();
  };
  const create = async (adapter = new ExpressAdapter()) => {
    application = await NestFactory.create<NestExpressApplication>(Host, adapter, { logger: false });
    return application;
  };
  const listening = async () => {
    await application.listen(0, '127.0.0.1');
    return origin(application.getHttpServer());
  };
  const origin = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it('answer without it where nothing of the host stands before them', async () => {
    (await create()).use(middleware('later'));
    const address = await listening();
    for (const init of [{}, { headers: { 'if-none-match': '"another"' } }]) {
      const answer = await fetch(address + DOCUMENT, init);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-powered-by')).toBeNull();
    }
    expect(seen).toEqual([]);
    expect((await fetch(`${address}/elsewhere`)).headers.get('x-powered-by')).toBe('Express');
    expect(seen).toEqual(['later']);
  });

  it('come after what a host has put before them, on an adapter or an Express of its own', async () => {
    const adapter = new ExpressAdapter();
    adapter.use(middleware('adapter'));
    await create(adapter);
    expect((await fetch((await listening()) + DOCUMENT)).status).toBe(200);
    await application.close();
    const own = express();
    own.use(middleware('own'));
    await create(new ExpressAdapter(own));
    expect((await fetch((await listening()) + DOCUMENT)).status).toBe(200);
    expect(seen).toEqual(['adapter', 'own']);
  });

  it('come between the hooks of an adapter, whenever those are set', async () => {
    const adapter = new ExpressAdapter();
    await create(adapter);
    const address = await listening();
    adapter.setOnRequestHook((_request: Request, _response: Response, done: () => void) => {
      seen.push('request');
      done();
    });
    adapter.setOnResponseHook(() => void seen.push('response'));
    expect((await fetch(address + DOCUMENT)).status).toBe(200);
    expect(seen).toEqual(['request', 'response']);
  });

  it('answer where another server has the Express, and leave its listeners to a server that has more', async () => {
    const adapter = new ExpressAdapter();
    await create(adapter);
    application.getHttpServer().on('request', ({ url }) => seen.push(url ?? ''));
    expect((await fetch((await listening()) + DOCUMENT)).status).toBe(200);
    expect(seen).toEqual([DOCUMENT]);
    const server = createServer(adapter.getInstance<RequestListener>());
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    expect((await fetch(origin(server) + DOCUMENT)).status).toBe(200);
  });
});
