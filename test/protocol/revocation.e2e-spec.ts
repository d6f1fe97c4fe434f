import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('RFC 7009 token revocation', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  const revoke = async (
    fields: Record<string, string | string[] | undefined>,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${service.issuer}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: encode(fields),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      error: text === '' ? null : (JSON.parse(text) as { error: string }).error,
    };
  };
  const own = () => ({ client_id: client.credentials.client_id });

  it('ends the whole grant with its refresh token (RFC 7009 §2.1)', async () => {
    const tokens = await client.tokens();
    const next = await client.refresh(tokens.refresh_token);
    const answer = await revoke({
      ...own(),
      token: next.body.refresh_token,
      token_type_hint: 'refresh_token',
    });
    expect([answer.status, answer.error, answer.headers.get('cache-control')]).toEqual([
      200,
      null,
      'no-store',
    ]);
    for (const token of [tokens.access_token, next.body.access_token])
      expect((await client.call(token)).status).toBe(401);
    for (const token of [tokens.refresh_token, next.body.refresh_token])
      expect((await client.refresh(token)).body.error).toBe('invalid_grant');
  });

  it.each(['access_token', 'refresh_token', 'nonsense'])(
    'ends one access token alone, whatever the hint: %s (RFC 7009 §2.1)',
    async (hint) => {
      const tokens = await client.tokens();
      const next = await client.refresh(tokens.refresh_token);
      expect((await client.call(tokens.access_token)).status).toBe(200);
      expect((await revoke({ ...own(), token: tokens.access_token, token_type_hint: hint })).status).toBe(
        200,
      );
      expect((await client.call(tokens.access_token)).status).toBe(401);
      expect((await client.call(next.body.access_token)).status).toBe(200);
      expect((await client.refresh(next.body.refresh_token)).status).toBe(200);
    },
  );

  it.each(['unknown', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJqdGkiOiJ4In0.', 'x'.repeat(10_000)])(
    'answers 200 for a token that is nobody’s: %s (RFC 7009 §2.2)',
    async (token) => {
      const before = await service.snapshot();
      expect((await revoke({ ...own(), token })).status).toBe(200);
      expect(await service.snapshot()).toEqual(before);
    },
  );

  it('leaves the tokens of another client alone, and does not tell (RFC 7009 §2.1)', async () => {
    const tokens = await client.tokens();
    const other = await new OAuthTestClient(service).register();
    const before = await service.snapshot();
    for (const token of [tokens.access_token, tokens.refresh_token])
      expect((await revoke({ client_id: other.credentials.client_id, token })).status).toBe(200);
    expect(await service.snapshot()).toEqual(before);
    expect((await client.call(tokens.access_token)).status).toBe(200);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('authenticates the client as the token endpoint does (RFC 7009 §2.1)', async () => {
    const secretive = await new OAuthTestClient(service).register({
      token_endpoint_auth_method: 'client_secret_post',
    });
    const tokens = await secretive.tokens();
    const { client_id: id, client_secret: secret = '' } = secretive.credentials;
    for (const fields of [
      {},
      { client_id: 'nobody' },
      { client_id: id },
      { client_id: id, client_secret: 'wrong' },
    ]) {
      const refused = await revoke({ ...fields, token: tokens.refresh_token });
      expect([refused.status, refused.error]).toEqual([401, 'invalid_client']);
    }
    expect((await client.call(tokens.access_token)).status).toBe(200);
    expect((await revoke({ client_id: id, client_secret: secret, token: tokens.refresh_token })).status).toBe(
      200,
    );
    expect((await client.call(tokens.access_token)).status).toBe(401);
  });

  it('refuses a request without a token, or with two (RFC 7009 §2.1)', async () => {
    for (const fields of [{}, { token: '' }, { token: ['a', 'b'] }]) {
      const refused = await revoke({ ...own(), ...fields });
      expect([refused.status, refused.error]).toEqual([400, 'invalid_request']);
    }
  });
});
