import { Controller, Get, HttpCode, Injectable, Module, Post, Put, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountDirectory, McpAuthGuard, McpAuthModule, McpSession, ToolScopes } from '../../src/index.js';
import { newDataDir } from '../support/data-dir.js';
import { freePort } from '../support/free-port.js';

@Injectable()
class NoAccounts extends AccountDirectory {
  async find() {
    return null;
  }
}

@Controller('mcp')
@UseGuards(McpAuthGuard)
class McpController {
  @Post()
  @HttpCode(200)
  @ToolScopes({ write_note: ['notes:write'] })
  call(@McpSession() session: McpSession) {
    return { session };
  }
}

/** Routes of the host beside ours. */
@Controller()
class HostController {
  @Put('token')
  put() {
    return 'the host';
  }

  @Get('register/:id')
  find() {
    return 'the host';
  }

  @Get('health')
  health() {
    return 'the host';
  }
}

describe('a host on Fastify', () => {
  let application: NestFastifyApplication;
  let origin: string;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    @Module({
      imports: [
        McpAuthModule.forRoot({
          issuer: origin,
          loginPage: '/sign-in',
          resource: { identifier: `${origin}/mcp`, scopes: { 'notes:write': 'Write notes' } },
          database: { dataDir: await newDataDir() },
          accounts: NoAccounts,
        }),
      ],
      controllers: [HostController, McpController],
      providers: [NoAccounts],
    })
    class HostModule {}
    application = await NestFactory.create<NestFastifyApplication>(HostModule, new FastifyAdapter(), {
      logger: ['error'],
      abortOnError: false,
    });
    await application.listen(port, '127.0.0.1');
  });
  afterAll(() => application.close());

  const send = async (method: string, path: string, body?: string, type = 'application/json') => {
    const init = body === undefined ? {} : { body, headers: { 'content-type': type } };
    const response = await fetch(origin + path, { method, redirect: 'manual', ...init });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('has every endpoint, and reads forms and JSON by itself', async () => {
    const metadata = await send('GET', '/.well-known/oauth-authorization-server');
    expect(JSON.parse(metadata.text)).toMatchObject({ issuer: origin, token_endpoint: `${origin}/token` });
    const client = { redirect_uris: ['https://client.example/'], token_endpoint_auth_method: 'none' };
    const registered = await send('POST', '/register', JSON.stringify(client));
    expect(registered.status).toBe(201);
    const { client_id: id } = JSON.parse(registered.text) as { client_id: string };
    const form = `grant_type=refresh_token&refresh_token=x&client_id=${id}`;
    const refreshed = await send('POST', '/token', form, 'application/x-www-form-urlencoded');
    expect([refreshed.status, JSON.parse(refreshed.text)]).toMatchObject([400, { error: 'invalid_grant' }]);
  });

  it.each([
    ['PUT', '/token', 200, null],
    ['GET', '/token', 405, 'POST, OPTIONS'],
    ['GET', '/register/7', 200, null],
    ['GET', '/register', 405, 'POST, OPTIONS'],
    ['PUT', '/register', 405, 'POST, OPTIONS'],
    ['DELETE', '/authorize', 405, 'GET, HEAD, POST'],
    ['GET', '/health', 200, null],
  ])(
    'answers %s %s with %i: the host where it has the route, else 405 with Allow (RFC 9110 §15.5.6)',
    async (method, path, status, allow) => {
      const answer = await send(method, path);
      expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
      if (allow === null) expect(answer.text).toBe('the host');
      else expect(JSON.parse(answer.text)).toMatchObject({ error: 'invalid_request' });
    },
  );

  it.each([
    [undefined, undefined],
    ['Bearer x.y.z', 'invalid_token'],
  ])('guards its tools: %j is 401 with a challenge (RFC 6750 §3)', async (authorization, error) => {
    const response = await fetch(`${origin}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
    expect(response.status).toBe(401);
    const challenge = response.headers.get('www-authenticate') ?? '';
    expect(challenge).toContain('resource_metadata=');
    expect(challenge.includes('error=')).toBe(error !== undefined);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: { code: -32_000 } });
  });
});
