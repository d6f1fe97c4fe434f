import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { AssertingClient, proof } from '../support/assertions.js';
import { Browser } from '../support/browser.js';
import { ProofKey } from '../support/dpop.js';
import { type Json, redirectParameters } from '../support/oauth-client.js';
import { PushingClient } from '../support/pushing-client.js';

const URN = /^urn:ietf:params:oauth:request_uri:[\w-]{43}$/;

describe('authorization requests that are pushed (RFC 9126)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: PushingClient;
  beforeAll(async () => {
    ({ first: service, second, close } = await startReplicas());
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new PushingClient(service).register();
  });

  const metadata = async () =>
    (await (await fetch(client.at('/.well-known/oauth-authorization-server'))).json()) as Json;

  it('has its endpoint in the metadata, which says whether it must be used (RFC 9126 §5)', async () => {
    expect(await metadata()).toMatchObject({
      pushed_authorization_request_endpoint: `${service.issuer}/par`,
      require_pushed_authorization_requests: false,
    });
  });

  it('answers 201 with a request_uri that lives for 90 seconds, and is not to be stored (RFC 9126 §2.2)', async () => {
    const { status, headers, body } = await client.push();
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(body).toEqual({ request_uri: expect.stringMatching(URN) as unknown, expires_in: 90 });
  });

  it('leads to a code by what was pushed alone, whatever else the browser brings (RFC 9126 §4)', async () => {
    const requestUri = await client.pushed({ scope: 'notes:read notes:write', state: 'pushed' });
    const more = {
      scope: 'notes:admin',
      state: 'other',
      redirect_uri: 'https://evil.example/',
      prompt: 'none',
    };
    const consent = await client.signIn(await client.follow(await client.open(requestUri, { more })));
    const answer = redirectParameters(await client.approve(consent));
    expect(answer.get('state')).toBe('pushed');
    const { status, body } = await client.exchange(answer.get('code') ?? '');
    expect([status, body.scope]).toEqual([200, 'notes:read notes:write']);
  });

  it('means by every parameter what it means in a browser (RFC 9126 §2.1)', async () => {
    const { thumbprint } = await ProofKey.make();
    const parameters = {
      response_mode: 'query',
      scope: 'notes:read openid',
      state: 'st&te ä',
      resource: service.secondResource,
      prompt: 'consent',
      max_age: '77',
      login_hint: 'alice@example.com',
      nonce: 'a nonce',
      dpop_jkt: thumbprint,
    };
    await client.authorize({ ...parameters, scope: 'files:read openid' });
    await client.open(await client.pushed({ ...parameters, scope: 'files:read openid' }));
    const rows = await service.sql<{ request: Json }>(
      `SELECT "request" FROM "oauthInteraction" WHERE "request"->>'clientId' = $1`,
      [client.credentials.client_id],
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]?.request).toMatchObject({ maxAge: 77, nonce: 'a nonce', keyThumbprint: thumbprint });
    expect(rows[1]).toEqual(rows[0]);
  });

  it.each(['none', 'client_secret_basic', 'client_secret_post'])(
    'is taken from a client that proves itself by %s (RFC 9126 §2)',
    async (method) => {
      await client.register({ token_endpoint_auth_method: method });
      const { client_id: id, client_secret: secret } = client.credentials;
      const basic = method === 'client_secret_basic';
      const headers: Record<string, string> = basic
        ? { authorization: `Basic ${btoa(`${id}:${secret}`)}` }
        : {};
      const { status, body } = await client.push(basic ? { client_secret: undefined } : {}, { headers });
      expect(status).toBe(201);
      expect((await client.open(String(body['request_uri']))).status).toBe(303);
      const [row] = await service.sql<{ parameters: Json }>(
        'SELECT "parameters" FROM "oauthPushedRequest" WHERE "clientId" = $1',
        [id],
      );
      expect(Object.keys(row?.parameters ?? {})).not.toContain('client_secret');
    },
  );

  it('is taken from a client that proves itself by private_key_jwt (RFC 9126 §2)', async () => {
    const asserting = await new AssertingClient(service).register();
    client.credentials = asserting.credentials;
    const { status, body } = await client.push(proof(await asserting.sign()));
    expect([status, body['request_uri']]).toEqual([201, expect.stringMatching(URN)]);
    const wrong = await client.push(
      proof(await asserting.sign(asserting.claims({ aud: `${service.issuer}/par` }))),
    );
    expect([wrong.status, wrong.body['error']]).toEqual([401, 'invalid_client']);
  });

  it('is stored by its hash alone', async () => {
    const requestUri = await client.pushed();
    const token = requestUri.slice(requestUri.lastIndexOf(':') + 1);
    const rows = await service.sql('SELECT * FROM "oauthPushedRequest"');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('becomes one interaction, to which the same browser comes back, and no other (RFC 9126 §7.3)', async () => {
    const requestUri = await client.pushed();
    const first = await client.open(requestUri);
    const page = await client.follow(first);
    const again = await client.open(requestUri);
    expect(again.headers.get('location')).toContain('/interaction/');
    expect((await client.follow(again)).url).toBe(page.url);
    const origins = { [new URL(service.issuer).origin]: service.origin };
    for (const browser of [new Browser(origins), new Browser(origins)]) {
      const refused = await client.open(requestUri, { browser });
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
      expect(refused.body).toContain('invalid_request_uri');
    }
    await client.signIn(page);
    const [row] = await service.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM "oauthInteraction" WHERE "request"->>'clientId' = $1`,
      [client.credentials.client_id],
    );
    expect(row?.count).toBe(1);
  });

  it('gets the same browser the same code when it reloads what needed no page', async () => {
    await client.tokens();
    const requestUri = await client.pushed({ prompt: 'none' });
    const first = await client.follow(await client.open(requestUri));
    const code = redirectParameters(first).get('code');
    expect(code).toMatch(/^[\w-]{43}$/);
    const again = await client.follow(await client.open(requestUri));
    expect(redirectParameters(again).get('code')).toBe(code);
    expect((await client.exchange(code ?? '')).status).toBe(200);
    const after = await client.follow(await client.open(requestUri));
    expect([after.status, after.headers.get('location')]).toEqual([400, null]);
  });

  it('is refused at the client when prompt=none forbids a step, and goes on working', async () => {
    const requestUri = await client.pushed({ prompt: 'none' });
    for (let time = 0; time < 2; time += 1)
      expect(redirectParameters(await client.open(requestUri)).get('error')).toBe('login_required');
  });

  it('becomes one interaction when two browsers come at once, on two instances', async () => {
    for (let round = 0; round < 10; round += 1) {
      const requestUri = await client.pushed();
      const { origin } = new URL(service.issuer);
      const browsers = [service, second].map((at) => new Browser({ [origin]: at.origin }));
      const answers = await Promise.all(browsers.map((browser) => client.open(requestUri, { browser })));
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 400]);
    }
  });

  it('is one interaction of a browser that comes twice at once', async () => {
    await client.authorize();
    for (let round = 0; round < 10; round += 1) {
      const requestUri = await client.pushed();
      const answers = await Promise.all([client.open(requestUri), client.open(requestUri)]);
      const pages = await Promise.all(answers.map((answer) => client.follow(answer)));
      expect(new Set(pages.map(({ url }) => url)).size).toBe(1);
    }
  });

  it('is over after 90 seconds, and is forgotten; what was opened lives as long as its interaction (RFC 9126 §2.2)', async () => {
    await service.sql('DELETE FROM "oauthPushedRequest"');
    const [late, opened] = [await client.pushed(), await client.pushed()];
    await client.open(opened);
    service.clock.advance(90);
    const refused = await client.open(late);
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    await service.prune();
    expect((await service.snapshot())['oauthPushedRequest']).toBe(1);
    expect((await client.open(opened)).status).toBe(303);
    service.clock.advance(600);
    await service.prune();
    expect((await service.snapshot())['oauthPushedRequest']).toBe(0);
  });

  it('is one of 100,000 that nobody has opened, at most', async () => {
    await service.sql('DELETE FROM "oauthPushedRequest"');
    const now = new Date(service.clock.now() + 60_000);
    await client.open(await client.pushed());
    await service.sql(
      `INSERT INTO "oauthPushedRequest" ("hash", "clientId", "parameters", "expiresAt")
       SELECT 'flood ' || n, 'c', '{}', $1::timestamptz + make_interval(secs => n / 10000.0)
       FROM generate_series(1, 100002) n`,
      [now],
    );
    await service.prune();
    const rows = await service.sql<{ hash: string }>(
      `SELECT "hash" FROM "oauthPushedRequest" WHERE "hash" IN ('flood 1', 'flood 2', 'flood 3')`,
    );
    expect(rows).toEqual([{ hash: 'flood 3' }]);
    expect((await service.snapshot())['oauthPushedRequest']).toBe(100_001);
    await service.sql('DELETE FROM "oauthPushedRequest"');
  });

  it.skipIf(!postgresUrl)(
    'costs one statement, and one more for an assertion or a proof to remember',
    async () => {
      // Of the quietest round: the background speaks to the database, too.
      const cost = async (sent: () => Promise<Parameters<PushingClient['push']>>) => {
        const spent: number[] = [];
        for (let round = 0; round < 10; round += 1) {
          const [fields, init] = await sent();
          const before = service.statements();
          expect((await client.push(fields, init)).status).toBe(201);
          spent.push(service.statements() - before);
        }
        return Math.min(...spent);
      };
      expect(await cost(async () => [])).toBe(1);
      const key = await ProofKey.make();
      const dpop = () => key.proof({ url: `${service.issuer}/par`, now: service.clock.now() });
      expect(await cost(async () => [{}, { headers: { dpop: await dpop() } }])).toBe(2);
      const asserting = await new AssertingClient(service).register();
      client.credentials = asserting.credentials;
      expect(await cost(async () => [proof(await asserting.sign())])).toBe(2);
    },
  );
});

describe('a server that takes pushed requests alone (RFC 9126 §5)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ requirePushedAuthorizationRequests: true });
  });
  afterAll(() => service.close());

  it('says so, and refuses the others', async () => {
    const client = await new PushingClient(service).register();
    const answer = await fetch(client.at('/.well-known/openid-configuration'));
    expect(await answer.json()).toMatchObject({ require_pushed_authorization_requests: true });
    await client.code({ request_uri: await client.pushed() });
    const before = await service.snapshot();
    const refused = redirectParameters(await client.authorize());
    expect([refused.get('error'), refused.get('state')]).toEqual(['invalid_request', 'a state']);
    expect(await service.snapshot()).toEqual(before);
  });
});

describe('a client that pushes all its requests (RFC 9126 §6)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('says so when it registers, and cannot be asked about otherwise', async () => {
    const client = await new PushingClient(service).register({ require_pushed_authorization_requests: true });
    expect(client.credentials).toMatchObject({ require_pushed_authorization_requests: true });
    await client.code({ request_uri: await client.pushed() });
    const refused = redirectParameters(await client.authorize());
    expect(refused.get('error')).toBe('invalid_request');
    const other = await new PushingClient(service).register();
    expect(other.credentials).not.toHaveProperty('require_pushed_authorization_requests');
    await other.code();
  });
});
