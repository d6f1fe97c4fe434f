import {
  Controller,
  type INestApplication,
  Logger,
  type LoggerService,
  Module,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { McpAuthGuard, McpResourceModule, type McpResourceOptions, McpSession } from '../../src/resource.js';
import { freePort } from '../support/free-port.js';

const RESOURCE = 'https://tools.example.com/mcp';

@Controller('mcp')
@UseGuards(McpAuthGuard)
class Tools {
  @Post()
  call(@McpSession() session: McpSession, @Req() { user }: { user?: unknown }) {
    return { session, user: user ?? null, signal: session.signal.aborted };
  }
}

describe('an issuer that is not ours', () => {
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let server: Server;
  let issuer: string;
  /** What its metadata says; null while it is away. */
  let metadata: object | null;
  let application: INestApplication | undefined;
  const said: string[] = [];

  beforeAll(async () => {
    keys = await generateKeyPair('ES256');
    issuer = `http://localhost:${await freePort()}`;
    const keySet = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'key', alg: 'ES256' }] };
    server = createServer((request, response) => {
      const body = request.url === '/jwks' ? keySet : metadata;
      response.writeHead(body === null ? 502 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(Number(new URL(issuer).port), resolve));
  });
  afterEach(async () => {
    await application?.close();
    application = undefined;
    Logger.overrideLogger(false);
  });
  afterAll(() => server.close());

  const start = async (options: Partial<McpResourceOptions> = {}) => {
    metadata = { issuer, jwks_uri: `${issuer}/jwks` };
    said.length = 0;
    const line = (message: unknown) => void said.push(String(message));
    const logger: LoggerService = { log: () => undefined, warn: () => undefined, error: line };
    @Module({
      imports: [McpResourceModule.forRoot({ issuer, resource: RESOURCE, ...options })],
      controllers: [Tools],
    })
    class Host {}
    application = await NestFactory.create(Host, { logger, abortOnError: false });
    await application.listen(0, '127.0.0.1');
  };
  const token = (claims: JWTPayload, typ: string | undefined = 'at+jwt') =>
    new SignJWT({ iss: issuer, aud: RESOURCE, sub: 'alice', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'key', ...(typ !== '' && { typ }) })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(keys.privateKey);
  const call = async (sent: string) => {
    const headers = { authorization: `Bearer ${sent}` };
    const response = await fetch(`${await application?.getUrl()}/mcp`, { method: 'POST', headers });
    const challenge = response.headers.get('www-authenticate');
    return { status: response.status, challenge, body: (await response.json()) as Record<string, unknown> };
  };
  const RFC_9068 = { client_id: 'editor', jti: 'a token' };

  it('whose tokens are RFC 9068 tokens needs no option; request.user is what the option makes of the session', async () => {
    await start({ requestUser: ({ userId, scopes }) => ({ id: userId, scopes }) });
    const answer = await call(await token({ ...RFC_9068, scope: 'read write' }));
    expect(answer).toMatchObject({
      status: 201,
      body: { session: { userId: 'alice' }, user: { id: 'alice', scopes: ['read', 'write'] }, signal: false },
    });
  });

  it('leaves request.user alone without the option', async () => {
    await start();
    expect((await call(await token(RFC_9068))).body).toMatchObject({ user: null });
  });

  it.each(['JWT', ''])('is told of the typ of its tokens where it is %j (RFC 9068 §4)', async (typ) => {
    await start();
    const answer = await call(await token(RFC_9068, typ));
    expect([answer.status, answer.challenge]).toEqual([
      401,
      expect.stringContaining('The token is not an access token: its typ is not at+jwt'),
    ]);
  });

  it.each<[string, JWTPayload, string, object]>([
    [
      'azp and scope',
      { azp: 'editor', jti: 'one', scope: 'read' },
      'JWT',
      { clientId: 'editor', scopes: ['read'], tokenId: 'one' },
    ],
    [
      'scp as a list, and no jti',
      { client_id: 'editor', scp: ['read', 'write'] },
      'JWT',
      { clientId: 'editor', scopes: ['read', 'write'] },
    ],
    ['no typ at all', { azp: 'editor', jti: 'two' }, '', { clientId: 'editor', tokenId: 'two' }],
  ])('has its tokens taken by the option typ: %s', async (_, claims, typ, session) => {
    await start({ typ: 'JWT' });
    const answer = await call(await token(claims, typ));
    expect(answer).toMatchObject({ status: 201, body: { session: { userId: 'alice', ...session } } });
    expect((answer.body['session'] as { tokenId: string }).tokenId.length).toBeGreaterThan(2);
  });

  it.each<[string, JWTPayload, string]>([
    ['of another audience', { azp: 'editor', aud: 'editor' }, 'JWT'],
    ['without a client', {}, 'JWT'],
    ['of another typ', RFC_9068, 'logout+jwt'],
    ['of another issuer', { azp: 'editor', iss: 'https://other.example' }, 'JWT'],
  ])('has no token %s taken by the option typ', async (_, claims, typ) => {
    await start({ typ: 'JWT' });
    const answer = await call(await token(claims, typ));
    expect([answer.status, answer.challenge]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ]);
  });

  it('is away: 503, and the log says why once, and again when that changes', async () => {
    await start();
    const good = await token(RFC_9068);
    metadata = null;
    for (const _ of [1, 2]) expect((await call(good)).status).toBe(503);
    expect(said).toEqual([
      `No token of ${issuer} can be verified: ${issuer}/.well-known/oauth-authorization-server answers 502.`,
    ]);
    metadata = { issuer: `${issuer}/`, jwks_uri: `${issuer}/jwks` };
    for (const _ of [1, 2]) expect((await call(good)).status).toBe(503);
    expect(said.slice(1)).toEqual([
      `No token of ${issuer} can be verified: its metadata is that of the issuer ${issuer}/; set \`issuer\` to exactly that, if it is the one you mean.`,
    ]);
    metadata = { issuer, jwks_uri: `${issuer}/jwks` };
    expect((await call(good)).status).toBe(201);
    expect(said).toHaveLength(2);
  });
});
