import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog, type RateLimitAnswer, RateLimiter } from '../../src/index.js';
import { startReplicas, startService, type TestService } from '../support/app.js';
import { AssertingClient, proof } from '../support/assertions.js';
import { ProofKey } from '../support/dpop.js';
import { PushingClient } from '../support/pushing-client.js';

const events: AuditEvent[] = [];

class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    events.push(event);
  }
}

type Fields = Record<string, string | string[] | undefined>;

describe('what is pushed and not right (RFC 9126 §2.3)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: PushingClient;
  beforeAll(async () => {
    ({ first: service, second, close } = await startReplicas({ audit: RecordingLog }));
    client = await new PushingClient(service).register({
      redirect_uris: ['https://client.example/callback', 'https://client.example/other'],
    });
  });
  afterAll(() => close());
  beforeEach(() => {
    events.length = 0;
  });

  const unchanged = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = await service.snapshot();
    const answer = await work();
    expect(await service.snapshot()).toEqual(before);
    return answer;
  };

  it.each<[string, Fields, string]>([
    ['a request_uri', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['a redirect_uri of nobody', { redirect_uri: 'https://evil.example/' }, 'invalid_request'],
    ['none of several redirect_uris', { redirect_uri: undefined }, 'invalid_request'],
    ['no response_type', { response_type: undefined }, 'invalid_request'],
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['another response_mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['no code_challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a malformed code_challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['a plain code_challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a scope that nobody knows', { scope: 'nobody:knows' }, 'invalid_scope'],
    ['a resource that nobody serves', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['two resources', { resource: ['https://a.example/', 'https://b.example/'] }, 'invalid_target'],
    ['two states', { state: ['a', 'b'] }, 'invalid_request'],
    ['a state of 4097 bytes', { state: 'x'.repeat(4_097) }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'create' }, 'invalid_request'],
    ['prompt=none beside another', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: 'x' }, 'invalid_request'],
    ['a dpop_jkt that is none', { dpop_jkt: 'x' }, 'invalid_request'],
    ['a NUL', { state: 'a\0b' }, 'invalid_request'],
  ])('is refused as JSON, and nothing is stored: %s', async (_, fields, error) => {
    const { status, body, headers } = await unchanged(() => client.push(fields));
    expect([status, body['error']]).toEqual([400, error]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, Fields, string, number]>([
    ['without a client', { client_id: undefined }, 'invalid_client', 401],
    ['of an unknown client', { client_id: 'nobody' }, 'invalid_client', 401],
    ['with a secret of a client that has none', { client_secret: 'x' }, 'invalid_client', 401],
    ['of two clients', { client_id: ['a', 'b'] }, 'invalid_request', 400],
  ])('is refused as at the token endpoint, and nothing is stored: %s', async (_, fields, error, code) => {
    const { status, body } = await unchanged(() => client.push(fields));
    expect([status, body['error']]).toEqual([code, error]);
  });

  it('is refused from a client with a secret that does not prove it, or does not name itself too', async () => {
    const known = await new PushingClient(service).register({
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const { client_id: id, client_secret: secret } = known.credentials;
    const basic = (password: string) => ({ authorization: `Basic ${btoa(`${id}:${password}`)}` });
    const none = { client_secret: undefined };
    const asked = async (fields: Fields, headers: Record<string, string>) => {
      const { status, body } = await unchanged(() => known.push({ ...none, ...fields }, { headers }));
      return [status, body['error']];
    };
    expect(await asked({}, {})).toEqual([401, 'invalid_client']);
    expect(await asked({}, basic('wrong'))).toEqual([401, 'invalid_client']);
    // RFC 9126 §2.1: it is required, since it is in every authorization request.
    expect(await asked({ client_id: undefined }, basic(secret ?? ''))).toEqual([400, 'invalid_request']);
  });

  it('is refused with another method, another type of body, and by scripts no less', async () => {
    const got = await fetch(client.at('/par'));
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    const json = await unchanged(() => client.push({}, { headers: { 'content-type': 'application/json' } }));
    expect([json.status, json.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('takes an assertion once, at every endpoint and instance, and leaves it for a request that is mended', async () => {
    const asserting = await new AssertingClient(service).register();
    const pushing = new PushingClient(service);
    pushing.credentials = asserting.credentials;
    const assertion = proof(await asserting.sign());
    const key = await ProofKey.make();
    const dpop = await key.proof({ url: `${service.issuer}/token`, now: service.clock.now() });
    const wrong = await unchanged(() => pushing.push(assertion, { headers: { dpop } }));
    expect([wrong.status, wrong.body['error']]).toEqual([400, 'invalid_dpop_proof']);
    const answers = await Promise.all(
      [service, second].map((at) => pushing.push(assertion, { service: at })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 401]);
    expect((await asserting.present(assertion.client_assertion)).body.error).toBe('invalid_client');
  });

  it('binds the code to the key of a proof, which is taken once on both instances (RFC 9449 §10.1)', async () => {
    const key = await ProofKey.make();
    const url = `${service.issuer}/par`;
    const now = service.clock.now();
    const other = await ProofKey.make();
    const mismatch = await unchanged(async () =>
      client.push({ dpop_jkt: other.thumbprint }, { headers: { dpop: await key.proof({ url, now }) } }),
    );
    expect([mismatch.status, mismatch.body['error']]).toEqual([400, 'invalid_request']);
    const dpop = await key.proof({ url, now });
    const answers = await Promise.all(
      [service, second].map((at) =>
        client.push({ dpop_jkt: key.thumbprint }, { headers: { dpop }, service: at }),
      ),
    );
    const [taken, refused] = answers.toSorted((a, b) => a.status - b.status);
    expect([taken?.status, refused?.status, refused?.body['error']]).toEqual([
      201,
      400,
      'invalid_dpop_proof',
    ]);
    const { body } = await client.push({}, { headers: { dpop: await key.proof({ url, now }) } });
    const code = await client.code({ request_uri: String(body['request_uri']) });
    const tokenProof = (by: ProofKey) => by.proof({ url: `${service.issuer}/token`, now });
    const redeem = async (headers: Record<string, string>) =>
      client.token(
        {
          grant_type: 'authorization_code',
          code,
          code_verifier: client.pkce.verifier,
          client_id: client.credentials.client_id,
        },
        { headers },
      );
    expect((await redeem({})).body.error).toBe('invalid_grant');
    expect((await redeem({ dpop: await tokenProof(other) })).body.error).toBe('invalid_grant');
    expect((await redeem({ dpop: await tokenProof(key) })).body['token_type']).toBe('DPoP');
  });

  it.each<[string, (uri: string) => { uri?: string; more?: Fields }]>([
    ['one that nobody pushed', () => ({ uri: `urn:ietf:params:oauth:request_uri:${'x'.repeat(43)}` })],
    ['an empty one', () => ({ uri: 'urn:ietf:params:oauth:request_uri:' })],
    ['one of 10,000 characters', () => ({ uri: `urn:ietf:params:oauth:request_uri:${'x'.repeat(10_000)}` })],
    ['one with something behind it', (uri) => ({ uri: `${uri}x` })],
    ['another client', () => ({ more: { client_id: 'nobody' } })],
    ['no client', () => ({ more: { client_id: undefined } })],
    ['two of them', (uri) => ({ more: { request_uri: [uri, uri] } })],
    ['two clients', () => ({ more: { client_id: ['a', 'b'] } })],
  ])('is a page that sends nobody on, and uses nothing up, when the browser brings %s', async (_, wrong) => {
    const requestUri = await client.pushed();
    const { uri = requestUri, more = {} } = wrong(requestUri);
    const redirect = { redirect_uri: client.redirectUri, state: 'x' };
    const refused = await unchanged(() => client.open(uri, { more: { ...redirect, ...more } }));
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect(refused.body).not.toContain('client.example');
    expect((await client.open(requestUri)).status).toBe(303);
  });

  it('is a page for what another client pushed', async () => {
    const other = await new PushingClient(service).register();
    const requestUri = await other.pushed();
    const refused = await unchanged(() => client.open(requestUri));
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect(refused.body).toContain('invalid_request_uri');
  });

  it('is judged again when the browser comes: a client that was disabled meanwhile is unknown (RFC 9126 §4)', async () => {
    const other = await new PushingClient(service).register();
    const requestUri = await other.pushed();
    await service.clients.disable(other.credentials.client_id);
    const refused = await unchanged(() => other.open(requestUri));
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect((await other.push()).body['error']).toBe('invalid_client');
  });

  it('records what is pushed, and what is refused, and no secret', async () => {
    const requestUri = await client.pushed();
    await client.push({ scope: 'nobody:knows' });
    await client.open(`${requestUri}x`);
    const { client_id: clientId } = client.credentials;
    expect(events).toMatchObject([
      {
        action: 'authorization.push',
        outcome: 'success',
        clientId,
        resource: service.resource,
        detail: { redirectUri: client.redirectUri, scopes: ['notes:read'] },
      },
      { action: 'authorization.push', outcome: 'refused', clientId, detail: { error: 'invalid_scope' } },
      {
        action: 'authorization.request',
        outcome: 'refused',
        clientId,
        detail: { error: 'invalid_request_uri' },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain(requestUri.slice(-43));
  });
});

const counted: unknown[] = [];
let left = Infinity;

@Injectable()
class CountingLimiter extends RateLimiter {
  async consume(request: Parameters<RateLimiter['consume']>[0]): Promise<RateLimitAnswer> {
    counted.push(request);
    return { allowed: true };
  }

  override async consumeAuthorization(who: unknown): Promise<RateLimitAnswer> {
    counted.push(who);
    left -= 1;
    return left < 0 ? { allowed: false, retryAfter: 7 } : { allowed: true };
  }
}

describe('how much is pushed', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ rateLimit: true, rateLimiter: CountingLimiter });
  });
  afterAll(() => service.close());

  it('is counted by the address of public clients, and not of those that prove themselves', async () => {
    const known = await new PushingClient(service).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    const client = await new PushingClient(service).register();
    counted.length = 0;
    left = 1;
    await client.pushed();
    expect(counted).toEqual([{ address: '127.0.0.1' }]);
    const before = await service.snapshot();
    const key = await ProofKey.make();
    const dpop = await key.proof({ url: `${service.issuer}/par`, now: service.clock.now() });
    const refused = await client.push({}, { headers: { dpop } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await service.snapshot()).toEqual(before);
    await known.pushed();
    await known.push({ client_secret: 'wrong' });
    await known.push({ scope: 'nobody:knows' });
    const asking = {
      endpoint: 'par',
      clientId: known.credentials.client_id,
      grantType: null,
      address: '127.0.0.1',
    };
    expect(counted.slice(2)).toEqual([
      { ...asking, proven: false },
      { ...asking, proven: true },
    ]);
  });
});
