import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientOptions } from '../../src/index.js';
import { INTROSPECTION, postgresUrl, startService, type TestService } from '../support/app.js';
import { ec, publicJwk } from '../support/assertions.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const DAY = 86_400;
const [A, B] = ['a', 'b'].map((letter) => letter.repeat(40)) as [string, string];
const CALLBACK = 'https://portal.example/callback';
const portal = (options: Partial<ClientOptions> = {}): ClientOptions => ({
  clientId: 'portal',
  name: 'Portal',
  redirectUris: [CALLBACK],
  clientSecret: A,
  ...options,
});

describe.skipIf(!postgresUrl)('clients of the options that act for people (RFC 6749 §2)', () => {
  let running: TestService;
  let warnings: string[];

  const start = (clients: ClientOptions[], instanceOf?: TestService) => startService({ clients, instanceOf });
  /** Another process that starts with these; it may end at once, what it wrote stays. */
  const restart = async (clients: ClientOptions[]) => {
    warnings = [];
    await (await start(clients, running)).close();
    return warnings;
  };

  beforeEach(async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message) => void warnings.push(String(message)));
    warnings = [];
    running = await start([portal()]);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await running.close();
  });

  const client = (secret = A) => {
    const known = new OAuthTestClient(running);
    known.redirectUri = CALLBACK;
    known.credentials = { client_id: 'portal', client_secret: secret };
    return known;
  };
  const works = async (secret: string) =>
    (await client(secret).refresh('unknown')).body.error === 'invalid_grant';

  it('have people sign in without registering, and prove who they are', async () => {
    const known = client();
    const tokens = await known.tokens();
    expect((await known.call(tokens.access_token)).status).toBe(200);
    expect((await known.refresh(tokens.refresh_token)).status).toBe(200);
    expect((await client(B).exchange(await known.code())).body.error).toBe('invalid_client');
  });

  it('keep what people granted when their secret is replaced, which works for a day beside the new one', async () => {
    const known = client();
    const { access_token: token } = await known.tokens();
    expect(await restart([portal({ clientSecret: B })])).toEqual([
      expect.stringContaining('has another secret'),
    ]);
    await eventually(async () => (await works(A)) && (await works(B)));
    // A replica of before that starts again in between takes nothing back.
    expect(await restart([portal()])).toEqual([expect.stringContaining('another start has replaced')]);
    expect([await works(A), await works(B)]).toEqual([true, true]);
    expect((await known.call(token)).status).toBe(200);
    running.clock.advance(DAY + 1);
    expect([await works(A), await works(B)]).toEqual([false, true]);
  });

  it.each<[string, Partial<ClientOptions>]>([
    ['where they are sent back to', { redirectUris: ['https://portal.example/other'] }],
    ['a secret that leaked', { clientSecret: B, overlap: 0 }],
    ['how they prove themselves', { clientSecret: undefined, jwks: { keys: [publicJwk(ec())] } }],
  ])('lose what people granted when it changes %s', async (_, changes) => {
    const known = client();
    const { access_token: token } = await known.tokens();
    expect(await restart([portal({ name: 'The portal' })])).toEqual([]);
    expect((await known.call(token)).status).toBe(200);
    await restart([portal(changes)]);
    await eventually(async () => (await known.call(token)).status === 401);
    expect(await running.sql('SELECT 1 FROM "oauthConsent"')).toEqual([]);
  });

  it('stay as they are when the options name them no longer, and disabled when somebody says so', async () => {
    expect(await restart([])).toEqual([expect.stringContaining(`McpClients.disable('portal')`)]);
    expect(await works(A)).toBe(true);
    await running.clients.disable('portal');
    expect(await restart([portal()])).toEqual([]);
    await eventually(async () => (await client().refresh('x')).body.error === 'invalid_client');
  });

  it.each<[string, (service: TestService) => Promise<string>]>([
    [
      'a client that registered itself',
      async (service) => (await new OAuthTestClient(service).register()).credentials.client_id,
    ],
    ['a resource server', async () => INTROSPECTION.clientId],
  ])('do not take the id of %s', async (_, idOf) => {
    const clientId = await idOf(running);
    await expect(start([portal({ clientId })], running)).rejects.toThrow('is the id of another client');
  });
});
