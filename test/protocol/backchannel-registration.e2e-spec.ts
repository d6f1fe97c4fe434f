import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import type { Json } from '../support/oauth-client.js';

const GIVEN = {
  backchannel_logout_uri: 'https://client.example/hear?a=b',
  backchannel_logout_session_required: true,
};
const METADATA = { redirect_uris: ['https://client.example/callback'], token_endpoint_auth_method: 'none' };

describe('the registration of a logout URI (OpenID Connect Back-Channel Logout §2.2)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({
      endsSignIns: true,
      registrationManagement: true,
      clientDocuments: { allowLoopback: false },
    });
  });
  afterAll(() => service.close());

  const send = async (url: string, method: string, metadata?: Json, token?: string) => {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(metadata && { body: JSON.stringify({ ...METADATA, ...metadata }) }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const register = (metadata: Json) => send(`${service.issuer}/register`, 'POST', metadata);

  it('is in the metadata of a host that ends sign-ins, and of no other (§2.1)', async () => {
    const plain = await startService();
    const metadata = async ({ origin }: TestService) =>
      (await (await fetch(`${origin}/.well-known/openid-configuration`)).json()) as Json;
    const supported = { backchannel_logout_supported: true, backchannel_logout_session_supported: true };
    expect(await metadata(service)).toMatchObject(supported);
    for (const name of Object.keys(supported)) expect(await metadata(plain)).not.toHaveProperty(name);
    await plain.close();
  });

  it('is answered, read and replaced with the rest of the registration (RFC 7592 §2)', async () => {
    const { body } = await register(GIVEN);
    expect(body).toMatchObject(GIVEN);
    const url = String(body['registration_client_uri']);
    const read = await send(url, 'GET', undefined, String(body['registration_access_token']));
    expect(read.body).toMatchObject(GIVEN);
    const { client_id: clientId } = body;
    const token = String(read.body['registration_access_token']);
    const other = { client_id: clientId, backchannel_logout_uri: 'https://client.example/other' };
    const replaced = await send(url, 'PUT', other, token);
    expect(replaced.body).toMatchObject(other);
    const last = await send(
      url,
      'PUT',
      { client_id: clientId },
      String(replaced.body['registration_access_token']),
    );
    expect(last.status).toBe(200);
    for (const name of Object.keys(GIVEN)) expect(last.body).not.toHaveProperty(name);
  });

  it.each<[string, Json]>([
    ['an http URI', { backchannel_logout_uri: 'http://client.example/hear' }],
    ['an http URI on loopback', { backchannel_logout_uri: 'http://localhost:7777/hear' }],
    ['a fragment', { backchannel_logout_uri: 'https://client.example/hear#there' }],
    ['an empty fragment', { backchannel_logout_uri: 'https://client.example/hear#' }],
    ['user information', { backchannel_logout_uri: 'https://a:b@client.example/hear' }],
    ['another scheme', { backchannel_logout_uri: 'javascript:alert(1)' }],
    ['a relative URI', { backchannel_logout_uri: '/hear' }],
    ['an array', { backchannel_logout_uri: ['https://client.example/hear'] }],
    ['a URI of 2001 characters', { backchannel_logout_uri: `https://client.example/${'x'.repeat(1_978)}` }],
    ['a NUL character', { backchannel_logout_uri: 'https://client.example/\u0000' }],
    ['a demand that is a text', { backchannel_logout_session_required: 'true' }],
  ])('takes no registration of a logout URI with %s (§2.2)', async (_, metadata) => {
    const before = await service.snapshot();
    const { status, body } = await register(metadata);
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata']);
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(['http://client.example/hear', 'https://client.example/hear#', 'hear'])(
    'takes no client of the options with %s, and says so',
    async (backchannelLogoutUri) => {
      const client = { clientId: 'house', clientSecret: 'x'.repeat(43), backchannelLogoutUri };
      await expect(startService({ clients: [client] })).rejects.toThrow('`backchannelLogoutUri` that must');
    },
  );
});
