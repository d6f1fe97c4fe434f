import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTROSPECTION, startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('characters that no database takes as text', () => {
  let service: TestService;
  let client: OAuthTestClient;
  beforeAll(async () => {
    service = await startService();
    client = await new OAuthTestClient(service).register();
  });
  afterAll(() => service.close());

  const ODD = ['%00', 'a%00b', '%ED%A0%80', '%ED%BF%BF', '%C0%80', '%FF'];
  const FIELDS: [string, string][] = [
    ...['grant_type', 'client_id', 'refresh_token', 'code', 'code_verifier', 'redirect_uri', 'resource'].map(
      (name): [string, string] => ['/token', name],
    ),
    ...['scope', 'client_secret', 'client_assertion', 'unknown'].map((name): [string, string] => [
      '/token',
      name,
    ]),
    ...['token', 'token_type_hint', 'client_id'].map((name): [string, string] => ['/revoke', name]),
    ...['token', 'client_id', 'client_secret'].map((name): [string, string] => ['/introspect', name]),
  ];

  it.each(FIELDS)(
    'are refused at %s in %s, and nothing is changed (RFC 6749, appendix B)',
    async (path, name) => {
      const before = await service.snapshot();
      for (const odd of ODD)
        for (const grantType of ['refresh_token', 'authorization_code']) {
          const fields = {
            grant_type: grantType,
            client_id: client.credentials.client_id,
            refresh_token: 'x',
            code: 'x',
            code_verifier: 'x'.repeat(43),
            token: 'x',
          };
          const body = `${encode(Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name)))}&${name}=${odd}`;
          const response = await fetch(client.at(path), { method: 'POST', headers: FORM, body });
          expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([
            400,
            'invalid_request',
          ]);
        }
      expect(await service.snapshot()).toEqual(before);
    },
  );

  it.each([
    'client_id',
    'redirect_uri',
    'state',
    'nonce',
    'scope',
    'resource',
    'login_hint',
    'code_challenge',
  ])('are a page with status 400 at /authorize in %s (RFC 6749, appendix B)', async (name) => {
    const before = await service.snapshot();
    for (const odd of ODD) {
      const query = `${encode({ ...client.authorizationParameters({ [name]: undefined }) })}&${name}=${odd}`;
      const answer = await client.browser.get(`${service.issuer}/authorize?${query}`);
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(['\0', 'a\0b', '\ud800', '\udfff', 1, true, null, {}, [], ['x'], 'x'.repeat(9_000)])(
    'make of a token with the id %j one that nobody has (RFC 7009 §2.2, RFC 7662 §2.2)',
    async (jti) => {
      const token = new UnsecuredJWT({ jti: jti as string }).encode();
      const before = await service.snapshot();
      const revoked = await fetch(client.at('/revoke'), {
        method: 'POST',
        headers: FORM,
        body: encode({ client_id: client.credentials.client_id, token }),
      });
      expect(revoked.status).toBe(200);
      const { clientId, clientSecret } = INTROSPECTION;
      const looked = await fetch(client.at('/introspect'), {
        method: 'POST',
        headers: FORM,
        body: encode({ client_id: clientId, client_secret: clientSecret, token }),
      });
      expect(await looked.json()).toEqual({ active: false });
      expect(await service.snapshot()).toEqual(before);
    },
  );

  it.each(['%00:x', 'x%00:x', 'x:%00', '%ED%A0%80:x'])(
    'in Basic credentials are those of nobody: %s (RFC 6749 §2.3.1)',
    async (pair) => {
      const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
      const answer = await client.token({ grant_type: 'refresh_token' }, { headers: { authorization } });
      expect([400, 401]).toContain(answer.status);
      expect(['invalid_request', 'invalid_client']).toContain(answer.body.error);
    },
  );
});
