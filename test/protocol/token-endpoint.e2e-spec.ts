import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { type Json, OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

describe('OAuth 2.1 token endpoint', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  const post = async (body: BodyInit | null, headers: Record<string, string> = {}) => {
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  };

  describe('client authentication (OAuth 2.1 §2.4)', () => {
    let confidential: OAuthTestClient;
    let id: string;
    let secret: string;

    beforeEach(async () => {
      confidential = await new OAuthTestClient(service).register({
        token_endpoint_auth_method: 'client_secret_basic',
      });
      id = confidential.credentials.client_id;
      secret = confidential.credentials.client_secret ?? '';
    });

    const grant = () => ({ grant_type: 'refresh_token', refresh_token: 'x' });

    it('accepts either secret method of a client that is right with it', async () => {
      const tokens = await confidential.tokens();
      expect((await confidential.refresh(tokens.refresh_token)).status).toBe(200);
      const byHeader = await confidential.token(
        { grant_type: 'refresh_token', refresh_token: tokens.refresh_token },
        { headers: { authorization: basic(id, secret) } },
      );
      expect(byHeader.status).toBe(200);
    });

    it('challenges Basic with Basic, and answers all else without (RFC 6749 §5.2)', async () => {
      const byHeader = await confidential.token(grant(), { headers: { authorization: basic(id, 'wrong') } });
      expect([byHeader.status, byHeader.body.error]).toEqual([401, 'invalid_client']);
      expect(byHeader.headers.get('www-authenticate')).toMatch(/^Basic /);
      const byBody = await confidential.token({ ...grant(), client_id: id, client_secret: 'wrong' });
      expect([byBody.status, byBody.body.error, byBody.headers.get('www-authenticate')]).toEqual([
        401,
        'invalid_client',
        null,
      ]);
    });

    it.each([
      ['no client at all', () => ({}), {}],
      ['an unknown client', () => ({ client_id: 'nobody' }), {}],
      ['an inherited name', () => ({ client_id: '__proto__' }), {}],
      ['a confidential client without its secret', () => ({ client_id: id }), {}],
      ['an unknown client by header', () => ({}), { authorization: basic('nobody', 'x') }],
      ['another scheme', () => ({ client_id: 'nobody' }), { authorization: 'Bearer x' }],
    ])(
      'refuses %s as invalid_client before the grant is looked at (RFC 6749 §5.2)',
      async (_name, fields, headers) => {
        const { status, body } = await confidential.token({ ...grant(), ...fields() }, { headers });
        expect([status, body.error]).toEqual([401, 'invalid_client']);
      },
    );

    it('answers an unknown client and a wrong secret alike', async () => {
      const unknown = await confidential.token({ ...grant(), client_id: 'nobody', client_secret: 'x' });
      const wrong = await confidential.token({ ...grant(), client_id: id, client_secret: 'x' });
      expect(unknown).toMatchObject({ status: wrong.status, body: wrong.body });
    });

    it('refuses a public client that sends a secret', async () => {
      const { body } = await client.token({
        ...grant(),
        client_id: client.credentials.client_id,
        client_secret: 'x',
      });
      expect(body.error).toBe('invalid_client');
    });

    it.each([
      ['two methods', () => ({ client_id: id, client_secret: secret }), () => basic(id, secret)],
      ['two clients', () => ({ client_id: 'other' }), () => basic(id, secret)],
      ['malformed Basic credentials', () => ({}), () => 'Basic !!!'],
      [
        'Basic credentials without a colon',
        () => ({}),
        () => `Basic ${Buffer.from('abc').toString('base64')}`,
      ],
      [
        'Basic credentials that are not form-encoded',
        () => ({}),
        () => `Basic ${Buffer.from('a%zz:b').toString('base64')}`,
      ],
    ])('refuses %s in one request (OAuth 2.1 §2.4)', async (_name, fields, authorization) => {
      const { status, body } = await confidential.token(
        { ...grant(), ...fields() },
        { headers: { authorization: authorization() } },
      );
      expect([status, body.error]).toEqual([400, 'invalid_request']);
    });

    it('refuses a secret that has expired (RFC 7591 §3.2.1)', async () => {
      await service.sql('UPDATE "oauthApplication" SET "secretExpiresAt" = $2 WHERE "clientId" = $1', [
        id,
        new Date(service.clock.now() - 1_000),
      ]);
      const { body } = await confidential.token({ ...grant(), client_id: id, client_secret: secret });
      expect(body.error).toBe('invalid_client');
    });
  });

  it.each([
    ['no grant type', 'client_id=$id', 'invalid_request'],
    ['an unknown grant type', 'client_id=$id&grant_type=password', 'unsupported_grant_type'],
    ['an inherited name as grant type', 'client_id=$id&grant_type=constructor', 'unsupported_grant_type'],
    ['no code', 'client_id=$id&grant_type=authorization_code', 'invalid_request'],
    [
      'an unknown code',
      'client_id=$id&grant_type=authorization_code&code=x&code_verifier=$verifier',
      'invalid_grant',
    ],
    ['no refresh token', 'client_id=$id&grant_type=refresh_token', 'invalid_request'],
    ['an unknown refresh token', 'client_id=$id&grant_type=refresh_token&refresh_token=x', 'invalid_grant'],
    [
      'an empty refresh token, which counts as none',
      'client_id=$id&grant_type=refresh_token&refresh_token=',
      'invalid_request',
    ],
    ['a repeated parameter', 'client_id=$id&client_id=$id&grant_type=refresh_token', 'invalid_request'],
    ['a repeated code', 'client_id=$id&grant_type=authorization_code&code=a&code=b', 'invalid_request'],
    [
      'two resources',
      'client_id=$id&grant_type=refresh_token&refresh_token=x&resource=a&resource=b',
      'invalid_target',
    ],
    ['a NUL character', 'client_id=$id&grant_type=refresh_token&refresh_token=%00', 'invalid_request'],
    [
      'percent-encoding that is none',
      'client_id=$id&grant_type=refresh_token&refresh_token=%zz',
      'invalid_request',
    ],
    ['invalid UTF-8', 'client_id=$id&grant_type=refresh_token&refresh_token=%ff%fe', 'invalid_request'],
    ['nested fields', 'client_id=$id&grant_type[a]=refresh_token', 'invalid_request'],
    [
      'fields called after prototypes',
      'client_id=$id&__proto__[a]=1&constructor=2&grant_type=x',
      'unsupported_grant_type',
    ],
  ])('answers %s with an OAuth error alone (RFC 6749 §5.2)', async (_name, template, error) => {
    const body = template
      .replaceAll('$id', client.credentials.client_id)
      .replaceAll('$verifier', client.pkce.verifier);
    const before = await service.snapshot();
    const answer = await post(body);
    expect([answer.status, answer.body['error']]).toEqual([400, error]);
    expect(Object.keys(answer.body).toSorted()).toEqual(['error', 'error_description']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await service.snapshot()).toEqual(before);
  });

  it.each([
    ['JSON', '{"grant_type":"x"}', { 'content-type': 'application/json' }, 400],
    ['no content type', Buffer.from('grant_type=x'), { 'content-type': '' }, 400],
    ['no body', null, {}, 401],
    ['raw bytes', Buffer.from([0xff, 0xfe, 0x00]), {}, 400],
    ['100 kB of a parameter', `grant_type=${'x'.repeat(100_000)}`, {}, 413],
    ['a body of 1 MB', 'x'.repeat(1_048_576), {}, 413],
  ])('survives %s', async (_name, body, headers, status) => {
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    expect(['invalid_request', 'invalid_client']).toContain(answer.body['error']);
  });

  it('refuses other methods (RFC 9110 §15.5.6)', async () => {
    const answer = await fetch(`${service.issuer}/token`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  it('refuses a code grant of a client that may not use it (RFC 6749 §5.2)', async () => {
    const id = client.credentials.client_id;
    const code = await client.code();
    await service.sql(
      `UPDATE "oauthApplication" SET "grantTypes" = '{refresh_token}' WHERE "clientId" = $1`,
      [id],
    );
    // The authorization endpoint looks at the client as it is now, and so the token endpoint will.
    expect(redirectParameters(await client.authorize()).get('error')).toBe('unauthorized_client');
    const refused = await client.exchange(code);
    expect([refused.status, refused.body.error]).toEqual([400, 'unauthorized_client']);
  });

  it('signs RFC 9068 tokens for exactly one resource (RFC 9068 §2)', async () => {
    const { access_token: token } = await client.tokens();
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json);
    expect(header).toMatchObject({ typ: 'at+jwt', alg: 'ES256', kid: expect.any(String) as string });
    expect(claims).toMatchObject({
      iss: service.issuer,
      sub: 'alice',
      aud: service.resource,
      client_id: client.credentials.client_id,
      scope: 'notes:read',
      jti: expect.any(String) as string,
      auth_time: expect.any(Number) as number,
    });
    expect(Number(claims?.['exp']) - Number(claims?.['iat'])).toBe(3_600);
  });
});
