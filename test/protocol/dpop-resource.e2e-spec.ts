import { KeyObject } from 'node:crypto';
import { Controller, type INestApplication, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type DpopOptions,
  McpAuthGuard,
  McpResourceModule,
  McpSession,
  McpSessions,
} from '../../src/resource.js';
import { startService, type TestService } from '../support/app.js';
import { DPOP_CHALLENGE, ProofKey, type ProofParts } from '../support/dpop.js';
import { freePort } from '../support/free-port.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { resigned } from '../support/signed-text.js';

/** Every RFC 9068 resource server: without a database, in a process of its own. */
async function startResource(
  service: TestService,
  port: number,
  dpop?: DpopOptions,
): Promise<INestApplication> {
  @Controller('mcp')
  @UseGuards(McpAuthGuard)
  class RemoteController {
    @Post()
    call(@McpSession('userId') userId: string | null) {
      return { userId };
    }
  }

  @Module({
    imports: [
      McpResourceModule.forRoot({
        issuer: service.issuer,
        resource: `http://localhost:${port}/mcp`,
        scopes: { 'tools:use': 'Use tools' },
        clock: service.clock,
        dpop,
      }),
    ],
    controllers: [RemoteController],
  })
  class RemoteModule {}

  const application = await NestFactory.create(RemoteModule, { logger: false, abortOnError: false });
  await application.listen(port, '127.0.0.1');
  return application;
}

describe.each(['McpAuthModule', 'McpResourceModule'])(
  'bound tokens at a resource of %s (RFC 9449 §7)',
  (module) => {
    let service: TestService;
    let remote: INestApplication;
    let client: OAuthTestClient;
    let key: ProofKey;
    let url: string;
    let token: string;
    let bearer: string;
    beforeAll(async () => {
      const port = await freePort();
      const remoteResource = `http://localhost:${port}/mcp`;
      service = await startService({ remoteResource });
      remote = await startResource(service, port);
      client = await new OAuthTestClient(service).register();
      key = await ProofKey.make();
      const asked =
        module === 'McpAuthModule'
          ? { resource: service.resource, scope: 'notes:read' }
          : { resource: remoteResource, scope: 'tools:use' };
      url = asked.resource;
      token = await boundToken(asked);
      bearer = (await client.tokens(asked)).access_token;
    });
    afterAll(async () => {
      await remote.close();
      await service.close();
    });

    const boundToken = async (asked: Record<string, string>) => {
      const answer = await client.token(
        {
          grant_type: 'authorization_code',
          code: await client.code(asked),
          code_verifier: client.pkce.verifier,
          client_id: client.credentials.client_id,
        },
        { headers: { dpop: await key.proof({ url: `${service.issuer}/token`, now: service.clock.now() }) } },
      );
      return answer.body.access_token;
    };
    const proof = (parts: Partial<ProofParts> = {}, by = key) =>
      by.proof({ url, accessToken: token, now: service.clock.now(), ...parts });
    const call = async (authorization: string, dpop?: string, at = url) => {
      const response = await fetch(at, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization,
          ...(dpop !== undefined && { dpop }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
      return {
        status: response.status,
        headers: response.headers,
        challenge: response.headers.get('www-authenticate'),
      };
    };
    const isIn = (status: number) => expect([200, 201]).toContain(status);

    it('lets the holder of the key in, once a proof, without a statement (RFC 9449 §7.1, §11.1)', async () => {
      const first = await proof();
      isIn((await call(`DPoP ${token}`, first)).status);
      const replayed = await call(`DPoP ${token}`, first);
      expect(replayed.status).toBe(401);
      expect(replayed.challenge).toMatch(
        /^Bearer resource_metadata="[^"]*", scope="[^"]*", DPoP algs="ES256 /,
      );
      expect(replayed.challenge).toContain('error="invalid_dpop_proof"');
      const counts: number[] = [];
      for (let round = 0; round < 20; round += 1) {
        const [next, before] = [await proof(), service.statements()];
        isIn((await call(`dpop ${token}`, next)).status);
        counts.push(service.statements() - before);
      }
      expect(Math.min(...counts)).toBe(0);
    });

    it.each<[string, Partial<ProofParts> | ((good: string) => string)]>([
      ['a changed signature', (good) => `${good.slice(0, -6)}AAAAAA`],
      ['no jti', { claims: { jti: undefined } }],
      ['no htm', { claims: { htm: undefined } }],
      ['no htu', { claims: { htu: undefined } }],
      ['no iat', { claims: { iat: undefined } }],
      ['no key', { header: { jwk: undefined } }],
      ['another type', { header: { typ: 'at+jwt' } }],
      ['another htu', { url: 'https://other.example/mcp' }],
      ['the htu of another path', { url: 'http://localhost/elsewhere' }],
      ['another htm', { method: 'GET' }],
      ['another ath', { accessToken: 'another token' }],
      ['no ath', { accessToken: undefined }],
      ['an iat 303 s ago', { now: -303_000 }],
      ['an iat 303 s ahead', { now: 303_000 }],
      ['two proofs', (good) => `${good}, ${good}`],
      ['no JWT', () => 'proof'],
    ])('refuses a proof with %s (RFC 9449 §4.3)', async (_what, wrong) => {
      const parts = typeof wrong === 'function' ? {} : wrong;
      const bad =
        typeof wrong === 'function'
          ? wrong(await proof())
          : await proof({ ...parts, now: service.clock.now() + (parts.now ?? 0) });
      const refused = await call(`DPoP ${token}`, bad);
      expect(refused.status).toBe(401);
      expect(refused.challenge).toMatch(/, DPoP algs="[^"]*", error="invalid_dpop_proof"/);
    });

    it.each([
      ['a private key', async () => ({ jwk: { ...key.jwk, d: 'AQAB' } })],
      ['no algorithm', async () => ({ alg: 'none' })],
      ['a symmetric algorithm', async () => ({ alg: 'HS256' })],
    ])('refuses a proof with %s (RFC 9449 §4.3)', async (_what, header) => {
      const part = { typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...(await header()) };
      const bad = resigned(await proof(), KeyObject.from(key.privateKey), {
        header: () => JSON.stringify(part),
      });
      const refused = await call(`DPoP ${token}`, bad);
      expect([refused.status, refused.challenge]).toEqual([
        401,
        expect.stringContaining('invalid_dpop_proof'),
      ]);
    });

    it('refuses a proof by another key, a bound token without a proof, and one sent as a bearer token', async () => {
      const byAnother = await call(`DPoP ${token}`, await proof({}, await ProofKey.make()));
      const without = await call(`DPoP ${token}`);
      for (const refused of [byAnother, without]) {
        expect(refused.status).toBe(401);
        expect(refused.challenge).toContain('error="invalid_dpop_proof"');
      }
      const asBearer = await call(`Bearer ${token}`, await proof());
      expect(asBearer.status).toBe(401);
      expect(asBearer.challenge).toMatch(/^Bearer .*error="invalid_token"/);
      expect(asBearer.challenge?.endsWith(`, ${DPOP_CHALLENGE}`)).toBe(true);
    });

    it('refuses a bearer token that comes with a proof as a bound one (RFC 9449 §7.1)', async () => {
      isIn((await call(`Bearer ${bearer}`)).status);
      const refused = await call(`DPoP ${bearer}`, await proof({ accessToken: bearer }));
      expect(refused.status).toBe(401);
      expect(refused.challenge).toMatch(/, DPoP algs="[^"]*", error="invalid_token"/);
    });

    it('has no session of a bound token outside of the guard', async () => {
      const sessions =
        module === 'McpAuthModule' ? service.application.get(McpSessions) : remote.get(McpSessions);
      expect(await sessions.fromHeaders({ authorization: `Bearer ${bearer}` }, url)).toMatchObject({
        userId: 'alice',
      });
      for (const scheme of ['Bearer', 'DPoP'])
        expect(
          await sessions.fromHeaders({ authorization: `${scheme} ${token}`, dpop: await proof() }, url),
        ).toBeNull();
    });

    it('lets scripts of every origin send proofs and read nonces (Fetch §3.2)', async () => {
      const preflight = await fetch(url, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'dpop,authorization',
        },
      });
      expect(preflight.headers.get('access-control-allow-headers')).toContain('DPoP');
      const refused = await fetch(url, { method: 'POST', headers: { origin: 'https://app.example' } });
      expect(refused.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce');
    });
  },
);

describe('a resource in another process that wants bound tokens and nonces (RFC 9449 §9)', () => {
  let service: TestService;
  let remote: INestApplication;
  let url: string;
  beforeEach(async () => {
    const port = await freePort();
    url = `http://localhost:${port}/mcp`;
    service = await startService({ remoteResource: url });
    remote = await startResource(service, port, { required: true, nonces: true });
    return async () => {
      await remote.close();
      await service.close();
    };
  });

  it('asks for a nonce of its own, hands out the next, and takes no bearer token', async () => {
    const client = await new OAuthTestClient(service).register();
    const asked = { resource: url, scope: 'tools:use' };
    const { access_token: bearer } = await client.tokens(asked);
    const call = (authorization: string, dpop?: string) =>
      fetch(url, { method: 'POST', headers: { authorization, ...(dpop !== undefined && { dpop }) } });
    const refused = await call(`Bearer ${bearer}`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('is not bound to a key'),
    ]);
    const key = await ProofKey.make();
    const now = service.clock.now();
    const { body } = await client.token(
      {
        grant_type: 'authorization_code',
        code: await client.code(asked),
        code_verifier: client.pkce.verifier,
        client_id: client.credentials.client_id,
      },
      { headers: { dpop: await key.proof({ url: `${service.issuer}/token`, now }) } },
    );
    const proof = (nonce?: string) => key.proof({ url, accessToken: body.access_token, nonce, now });
    for (const nonce of [undefined, 'x', 'x.y']) {
      const challenged = await call(`DPoP ${body.access_token}`, await proof(nonce));
      expect(challenged.status).toBe(401);
      expect(challenged.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"');
    }
    const challenged = await call(`DPoP ${body.access_token}`, await proof());
    const nonce = challenged.headers.get('dpop-nonce') ?? '';
    const answer = await call(`DPoP ${body.access_token}`, await proof(nonce));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('dpop-nonce')).not.toBeNull();
  });
});
