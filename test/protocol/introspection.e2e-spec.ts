import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INTROSPECTION, startReplicas, type TestService } from '../support/app.js';
import { SigningKeys } from '../../src/tokens/signing-keys.js';
import { encode } from '../support/browser.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';

describe('RFC 7662 token introspection', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new OAuthTestClient(first).register();
    first.clock.advance(10);
  });

  const basic = ({ clientId, clientSecret } = INTROSPECTION) => ({
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
  });
  const ask = async (
    fields: Record<string, string | string[] | undefined>,
    headers: Record<string, string> = basic(),
    service = first,
  ) => {
    const response = await fetch(`${service.origin}/introspect`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: encode(fields),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  };
  const INACTIVE = { active: false };

  it('says what a token proves to the server it is meant for (RFC 7662 §2.2)', async () => {
    const { access_token: token } = await client.tokens();
    const answer = await ask({ token, token_type_hint: 'access_token' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({ active: true, token_type: 'Bearer', ...decodeJwt(token) });
    expect(answer.body).toMatchObject({
      iss: first.issuer,
      aud: first.resource,
      sub: 'alice',
      client_id: client.credentials.client_id,
      scope: 'notes:read',
    });
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['a refresh token', ''],
    ['an unsigned token', 'eyJhbGciOiJub25lIn0.eyJqdGkiOiJ4In0.'],
    ['a long one', 'x'.repeat(10_000)],
  ])('calls %s inactive, and says no more (RFC 7662 §2.2)', async (name, token) => {
    const sent = name === 'a refresh token' ? (await client.tokens()).refresh_token : token;
    const before = await first.snapshot();
    const answer = await ask({ token: sent });
    expect([answer.status, answer.body]).toEqual([200, INACTIVE]);
    expect(await first.snapshot()).toEqual(before);
  });

  it('calls a token of another resource inactive (RFC 7662 §4)', async () => {
    const { access_token: token } = await client.tokens({
      resource: first.secondResource,
      scope: 'files:read',
    });
    expect((await ask({ token })).body).toEqual(INACTIVE);
  });

  it('calls an expired token inactive (RFC 7662 §2.2)', async () => {
    const { access_token: token } = await client.tokens();
    first.clock.advance(3_601);
    expect((await ask({ token })).body).toEqual(INACTIVE);
  });

  it.each<[string, (token: string, refresh: string) => Promise<unknown>]>([
    ['token', async (token) => revoke(token)],
    ['refresh token', async (_, refresh) => revoke(refresh)],
    ['person', async () => first.revocations.revokeUser('alice')],
    ['client', async () => first.revocations.revokeClient(client.credentials.client_id)],
  ])('knows at once on every replica that the %s was revoked (RFC 7662 §2.2)', async (_, take) => {
    const { access_token: token, refresh_token: refresh } = await client.tokens();
    expect((await ask({ token }, basic(), second)).body).toMatchObject({ active: true });
    await take(token, refresh);
    for (const service of [second, first])
      expect((await ask({ token }, basic(), service)).body).toEqual(INACTIVE);
  });

  const revoke = (token: string) =>
    fetch(`${first.origin}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ token, client_id: client.credentials.client_id }),
    });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['nobody', {}, {}],
    ['a wrong secret', basic({ ...INTROSPECTION, clientSecret: 'wrong' }), {}],
    ['an unknown client', basic({ clientId: 'unknown', clientSecret: 'x' }), {}],
    ['the mere name of the server', {}, { client_id: INTROSPECTION.clientId }],
  ])('answers %s with 401 (RFC 7662 §2.3)', async (_, headers, fields) => {
    const { access_token: token } = await client.tokens();
    const answer = await ask({ token, ...fields }, headers);
    expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
  });

  it('tells an ordinary client nothing, of its own tokens either (RFC 7662 §4)', async () => {
    const confidential = await new OAuthTestClient(first).register({
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const { access_token: token } = await confidential.tokens();
    const { client_id: clientId, client_secret: clientSecret = '' } = confidential.credentials;
    for (const [headers, fields] of [
      [basic({ clientId, clientSecret }), {}],
      [{}, { client_id: client.credentials.client_id }],
    ] as const) {
      const answer = await ask({ token, ...fields }, headers);
      expect([answer.status, answer.body['error']]).toEqual([400, 'unauthorized_client']);
    }
  });

  it.each([
    ['no token', {}],
    ['an empty one', { token: '' }],
    ['two', { token: ['a', 'b'] }],
  ])('refuses a request with %s (RFC 7662 §2.1)', async (_, fields) => {
    const answer = await ask(fields);
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('gives a resource server nothing else: no page, no tokens', async () => {
    const { clientId, clientSecret } = INTROSPECTION;
    const before = await first.snapshot();
    const page = await client.authorize({ client_id: clientId });
    expect(page.status).toBe(400);
    for (const fields of [
      { grant_type: 'authorization_code', code: 'x', code_verifier: 'x'.repeat(43) },
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { grant_type: 'client_credentials' },
    ]) {
      const { status } = await client.token({ ...fields, client_id: clientId, client_secret: clientSecret });
      expect(status).toBe(400);
    }
    expect(await first.snapshot()).toEqual(before);
  });

  it('is advertised with the methods that prove who asks (RFC 8414 §2)', async () => {
    const response = await fetch(`${first.origin}/.well-known/oauth-authorization-server`);
    const metadata = (await response.json()) as Json;
    expect(metadata['introspection_endpoint']).toBe(`${first.issuer}/introspect`);
    expect(metadata['introspection_endpoint_auth_methods_supported']).not.toContain('none');
    expect(metadata['introspection_endpoint_auth_methods_supported']).toContain('client_secret_basic');
  });

  it.each<[string, { cnf?: object; active?: boolean; token_type?: string }, string]>([
    ['a DPoP key', { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }, 'DPoP'],
    [
      'a certificate (RFC 8705 §3.2)',
      { cnf: { 'x5t#S256': 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0' } },
      'Bearer',
    ],
    ['nothing', { active: false, token_type: 'of a claims provider' }, 'Bearer'],
  ])(
    'says how a token is presented, by the key that it is bound to: %s (RFC 9449 §6.2)',
    async (_, more, type) => {
      const { access_token: token } = await client.tokens();
      const { kid, alg, privateKey } = first.application.get(SigningKeys, { strict: false }).signing('ES256');
      const bound = await new SignJWT({ ...decodeJwt(token), ...more })
        .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
        .sign(privateKey);
      const { cnf } = more;
      expect((await ask({ token: bound })).body).toMatchObject({
        active: true,
        token_type: type,
        ...(cnf ? { cnf } : {}),
      });
      const call = await client.call(bound);
      expect(call.status).toBe(cnf ? 401 : 200);
      expect(
        (await fetch(client.at('/userinfo'), { headers: { authorization: `Bearer ${bound}` } })).status,
      ).toBe(cnf ? 401 : 403);
    },
  );

  it('spends one statement', async () => {
    const { access_token: token } = await client.tokens();
    await ask({ token });
    const spent: number[] = [];
    for (let run = 0; run < 5; run++) {
      const before = first.statements();
      await ask({ token });
      spent.push(first.statements() - before);
    }
    // The background polls on its own account.
    expect(Math.min(...spent)).toBe(1);
  });
});
