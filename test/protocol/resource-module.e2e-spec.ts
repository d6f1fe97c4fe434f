import { Controller, Module, Post, UseGuards, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  Clock,
  McpAuthGuard,
  McpResourceModule,
  McpSession,
  McpSessions,
  Resource,
} from '../../src/resource.js';
import { RemoteStatusLists } from '../../src/verification/remote-status-lists.js';
import { DPOP_CHALLENGE } from '../support/dpop.js';
import { startService, type TestService } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { OAuthTestClient } from '../support/oauth-client.js';

async function startResource(
  issuer: string,
  port: number,
  clock = new Clock(),
  named = `http://localhost:${port}/mcp`,
): Promise<INestApplication> {
  @Controller('mcp')
  @UseGuards(McpAuthGuard)
  class RemoteController {
    @Post()
    @Resource(named)
    call(@McpSession('userId') userId: string | null) {
      return { userId };
    }
  }

  @Module({
    imports: [
      McpResourceModule.forRoot({
        issuer,
        resource: `http://localhost:${port}/mcp`,
        scopes: { 'tools:use': 'Use tools' },
        clock,
      }),
    ],
    controllers: [RemoteController],
  })
  class RemoteModule {}

  const application = await NestFactory.create(RemoteModule, { logger: false, abortOnError: false });
  application.setGlobalPrefix('api', { exclude: ['mcp'] });
  await application.listen(port, '127.0.0.1');
  return application;
}

describe('a protected resource in another process (RFC 9068 §4)', () => {
  let service: TestService | undefined;
  let remote: INestApplication | undefined;
  let port: number;

  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    await remote?.close();
    await service?.close();
    [remote, service] = [undefined, undefined];
  });

  const call = async (token?: string) => {
    const response = await fetch(`http://localhost:${port}/mcp`, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as object };
  };

  it.each(['RS256', 'PS256', 'EdDSA'] as const)(
    'takes tokens signed with %s (RFC 7518 §3.1, RFC 8037 §3.1)',
    async (algorithm) => {
      const resource = `http://localhost:${port}/mcp`;
      service = await startService({ remoteResource: resource, signing: { algorithm } });
      remote = await startResource(service.issuer, port, service.clock);
      const client = await new OAuthTestClient(service).register();
      const { access_token: token } = await client.tokens({ resource, scope: 'tools:use' });
      expect(await call(token)).toMatchObject({ status: 201, body: { userId: 'alice' } });
    },
  );

  it('takes the tokens of its issuer for itself alone, and serves its metadata (RFC 9728 §3)', async () => {
    const resource = `http://localhost:${port}/mcp`;
    service = await startService({ remoteResource: resource });
    remote = await startResource(service.issuer, port, service.clock);
    for (const path of ['/mcp', '']) {
      const metadata = await fetch(`http://localhost:${port}/.well-known/oauth-protected-resource${path}`);
      expect(await metadata.json()).toMatchObject({
        resource,
        authorization_servers: [service.issuer],
        scopes_supported: ['tools:use'],
      });
    }
    const refused = await call();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer resource_metadata="http://localhost:${port}/.well-known/oauth-protected-resource/mcp", scope="tools:use", ${DPOP_CHALLENGE}`,
    ]);
    const client = await new OAuthTestClient(service).register();
    const { access_token: token } = await client.tokens({ resource, scope: 'tools:use' });
    expect(await call(token)).toMatchObject({ status: 201, body: { userId: 'alice' } });
    const { access_token: other } = await client.tokens();
    expect((await call(other)).headers.get('www-authenticate')).toContain('error="invalid_token"');
    service.clock.advance(3_601);
    expect((await call(token)).status).toBe(401);
    expect(await remote.get(McpSessions).fromHeaders({ authorization: `Bearer ${token}` })).toBeNull();
    expect(await remote.get(McpSessions).fromHeaders(new Headers())).toBeNull();
  });

  it('refuses a revoked token without asking per call (Token Status List §8)', async () => {
    const resource = `http://localhost:${port}/mcp`;
    service = await startService({ remoteResource: resource });
    remote = await startResource(service.issuer, port, service.clock);
    const client = await new OAuthTestClient(service).register();
    const { access_token: token } = await client.tokens({ resource, scope: 'tools:use' });
    const { access_token: other } = await client.tokens({ resource, scope: 'tools:use' });
    expect((await call(token)).status).toBe(201);
    await service.revocations.revokeUser('alice');
    service.clock.advance(6);
    await remote.get(RemoteStatusLists).refresh();
    for (const revoked of [token, other]) expect((await call(revoked)).status).toBe(401);
    const { access_token: again } = await client.tokens({ resource, scope: 'tools:use' });
    expect((await call(again)).status).toBe(201);
  });

  it('starts while its issuer is away, answers 503 and never 401, and works once the issuer is there', async () => {
    const issuerPort = await freePort();
    const issuer = `http://localhost:${issuerPort}`;
    remote = await startResource(issuer, port);
    const unsigned = [{ alg: 'ES256', kid: 'k', typ: 'at+jwt' }, {}].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    const away = await call(`${unsigned.join('.')}.AAAA`);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
    let requests = 0;
    const authorizationServer: Server = createServer((request, response) => {
      if (request.url === '/jwks') requests += 1;
      const body = request.url === '/jwks' ? { keys: [] } : { issuer, jwks_uri: `${issuer}/jwks` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    }).listen(issuerPort);
    for (let attempt = 0; attempt < 5; attempt++)
      expect((await call(`${unsigned.join('.')}.AAAA`)).status).toBe(401);
    expect(requests).toBe(1);
    authorizationServer.close();
  });

  it('does not use the metadata of another issuer (RFC 8414 §3.3)', async () => {
    const issuerPort = await freePort();
    const impostor = createServer((_request, response) =>
      response.end(
        JSON.stringify({ issuer: 'https://other.example', jwks_uri: `http://localhost:${issuerPort}/jwks` }),
      ),
    ).listen(issuerPort);
    remote = await startResource(`http://localhost:${issuerPort}`, port);
    const [head, body] = [{ alg: 'ES256', kid: 'k', typ: 'at+jwt' }, {}].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    expect((await call(`${head}.${body}.AAAA`)).status).toBe(503);
    impostor.close();
  });

  it('does not start with a controller of a resource that it does not know', async () => {
    await expect(
      startResource('https://auth.example.com', port, new Clock(), 'https://other.example.com/mcp'),
    ).rejects.toThrow(
      '@Resource at RemoteController names https://other.example.com/mcp: add it to the option `resource`',
    );
  });

  it('loads no TypeORM', async () => {
    const seen = new Set<string>();
    const libraries = new Set<string>();
    const visit = async (file: string): Promise<void> => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = await readFile(file, 'utf8');
      for (const [, type, from = ''] of text.matchAll(
        /^(?:import|export) (type )?[^;]*?from '([^']+)';/gms,
      )) {
        if (type) continue;
        if (from.startsWith('.')) await visit(join(dirname(file), from.replace(/\.js$/, '.ts')));
        else libraries.add(from);
      }
    };
    const root = join(import.meta.dirname, '../../src');
    await visit(join(root, 'resource.ts'));
    expect(
      [...seen].map((file) => relative(root, file)).filter((file) => file.startsWith('persistence/')),
    ).toEqual([]);
    expect([...libraries].filter((name) => /typeorm|^pg$|pglite/.test(name))).toEqual([]);
  });
});
