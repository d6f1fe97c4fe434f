import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReplicas, startService, type TestService } from '../support/app.js';
import { ProofKey } from '../support/dpop.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const identity = ({ credentials: { client_id, client_secret } }: OAuthTestClient) => ({
  client_id,
  client_secret,
});

describe('an issuer that wants every token bound, and nonces (RFC 9449 §8)', () => {
  let service: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;
  let key: ProofKey;
  beforeAll(async () => {
    ({ first: service, second, close } = await startReplicas({ dpop: { required: true, nonces: true } }));
    key = await ProofKey.make();
    client = await new OAuthTestClient(service).register();
  });
  afterAll(() => close());

  const exchange = async (code: string, nonce: string | undefined, at = service) =>
    client.token(
      {
        grant_type: 'authorization_code',
        code,
        code_verifier: client.pkce.verifier,
        ...identity(client),
      },
      {
        service: at,
        headers: {
          dpop: await key.proof({ url: `${service.issuer}/token`, nonce, now: service.clock.now() }),
        },
      },
    );

  it('hands out nonces that every instance takes, for 300 s (RFC 9449 §8)', async () => {
    const code = await client.code();
    const asked = await exchange(code, undefined);
    expect([asked.status, asked.body.error]).toEqual([400, 'use_dpop_nonce']);
    const nonce = asked.headers.get('dpop-nonce') ?? '';
    expect(asked.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce');
    for (const wrong of ['x', `${nonce}x`, nonce.replace(/^./, (first) => (first === '1' ? '2' : '1'))])
      expect((await exchange(code, wrong)).body.error).toBe('use_dpop_nonce');
    service.clock.advance(299);
    const answer = await exchange(await client.code(), nonce, second);
    expect([answer.status, answer.body['token_type']]).toEqual([200, 'DPoP']);
    const next = answer.headers.get('dpop-nonce') ?? '';
    service.clock.advance(2);
    expect((await exchange(await client.code(), nonce)).body.error).toBe('use_dpop_nonce');
    expect((await exchange(await client.code(), next)).status).toBe(200);
  });

  it('refuses a token request without a proof, and says so of its resources (RFC 9728 §2)', async () => {
    const code = await client.code();
    const refused = await client.exchange(code);
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_dpop_proof']);
    expect(refused.headers.get('dpop-nonce')).not.toBeNull();
    const metadata = await fetch(`${service.origin}/.well-known/oauth-protected-resource/mcp`);
    expect(await metadata.json()).toMatchObject({
      dpop_bound_access_tokens_required: true,
      dpop_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'],
    });
  });
});

describe('userinfo with a bound token (RFC 9449 §7.1)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('answers the holder of the key alone, once a proof', async () => {
    const client = await new OAuthTestClient(service).register();
    const key = await ProofKey.make();
    const now = service.clock.now();
    const token = await client.token(
      {
        grant_type: 'authorization_code',
        code: await client.code({ scope: 'openid notes:read' }),
        code_verifier: client.pkce.verifier,
        ...identity(client),
      },
      { headers: { dpop: await key.proof({ url: `${service.issuer}/token`, now }) } },
    );
    const accessToken = token.body.access_token;
    const url = `${service.issuer}/userinfo`;
    const ask = async (authorization: string, dpop?: string) =>
      fetch(client.at('/userinfo'), { headers: { authorization, ...(dpop !== undefined && { dpop }) } });
    const good = await key.proof({ method: 'GET', url, accessToken, now });
    expect((await ask(`DPoP ${accessToken}`, good)).status).toBe(200);
    const other = await ProofKey.make();
    for (const [authorization, dpop] of [
      [`DPoP ${accessToken}`, good],
      [`DPoP ${accessToken}`, undefined],
      [`DPoP ${accessToken}`, await key.proof({ method: 'GET', url, now })],
      [`DPoP ${accessToken}`, await key.proof({ method: 'POST', url, accessToken, now })],
      [`DPoP ${accessToken}`, await other.proof({ method: 'GET', url, accessToken, now })],
      [`Bearer ${accessToken}`, await key.proof({ method: 'GET', url, accessToken, now })],
    ] as const) {
      const refused = await ask(authorization, dpop);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer.*, DPoP algs="ES256 /);
    }
  });
});
