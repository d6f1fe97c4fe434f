import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import {
  authorizationError,
  HTTPS_REDIRECT,
  LOOPBACK_REDIRECT,
  OAuthTestClient,
  redirectParameters,
} from '../support/oauth-client.js';

describe('OAuth 2.1 authorization endpoint', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  it.each([
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['an implicit response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a response mode other than query', { response_mode: 'fragment' }, 'invalid_request'],
    ['no code challenge', { code_challenge: undefined }, 'invalid_request'],
    ['no challenge method, which means plain', { code_challenge_method: undefined }, 'invalid_request'],
    ['the method plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a malformed challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['two resources', { resource: ['http://localhost/a', 'http://localhost/b'] }, 'invalid_target'],
    ['an unknown resource', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
    ['a resource with a fragment', { resource: 'https://elsewhere.example/mcp#x' }, 'invalid_target'],
    ['no known scope', { scope: 'unknown' }, 'invalid_scope'],
    ['a malformed scope', { scope: 'notes:read "x"' }, 'invalid_scope'],
    ['an inherited name as scope', { scope: '__proto__' }, 'invalid_scope'],
    ['a repeated scope parameter', { scope: ['notes:read', 'notes:write'] }, 'invalid_request'],
    ['a repeated challenge', { code_challenge: ['a', 'b'] }, 'invalid_request'],
    ['prompt none with another', { prompt: 'none login' }, 'invalid_request'],
    ['an unknown prompt', { prompt: 'dance' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: 'soon' }, 'invalid_request'],
    ['a request object', { request: 'eyJ' }, 'request_not_supported'],
    ['a request URI', { request_uri: 'https://client.example/r' }, 'request_uri_not_supported'],
    ['prompt none with more than was allowed', { prompt: 'none', scope: 'notes:write' }, 'consent_required'],
  ])(
    'redirects %s as an error, with state and iss, once somebody is signed in (OAuth 2.1 §4.1.2.1, RFC 9207 §2)',
    async (_name, overrides, error) => {
      await client.code();
      const before = await service.snapshot();
      const answer = await client.authorize(overrides);
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')?.startsWith(`${HTTPS_REDIRECT}?`)).toBe(true);
      const parameters = redirectParameters(answer);
      expect(parameters.get('error')).toBe(error);
      expect(parameters.get('error_description')).toBeTruthy();
      expect(parameters.get('state')).toBe('a state');
      expect(parameters.get('iss')).toBe(service.issuer);
      expect(parameters.has('code')).toBe(false);
      expect(await service.snapshot()).toEqual(before);
    },
  );

  it('leaves an absent state absent (RFC 6749 §4.1.2.1)', async () => {
    const parameters = redirectParameters(await client.authorize({ state: undefined, prompt: 'none' }));
    expect(parameters.get('error')).toBe('login_required');
    expect(parameters.has('state')).toBe(false);
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['no client', { client_id: undefined }],
    ['two clients', { client_id: ['a', 'b'] }],
    ['a client id of 100 kB', { client_id: 'x'.repeat(10_000) }],
    ['a client id with a NUL character', { client_id: 'a\0b' }],
    ['an inherited name as client', { client_id: 'constructor' }],
    ['an unregistered redirect URI', { redirect_uri: 'https://evil.example/callback' }],
    ['two redirect URIs', { redirect_uri: [HTTPS_REDIRECT, 'https://evil.example/'] }],
  ])('shows a page for %s and never redirects (OAuth 2.1 §4.1.2.1)', async (_name, overrides) => {
    const before = await service.snapshot();
    const answer = await client.authorize(overrides);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.body).not.toContain('evil.example');
    expect(await service.snapshot()).toEqual(before);
  });

  it('takes the request by POST as well (OAuth 2.1 §3.1)', async () => {
    const answer = await client.browser.post(`${service.issuer}/authorize`, client.authorizationParameters());
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('/sign-in?interaction=');
  });

  it.each([
    ['/authorize', 'x'.repeat(1_048_576), 'application/x-www-form-urlencoded', 413],
    ['/authorize', '{"client_id":"x"}', 'application/json', 400],
    ['/authorize', 'client_id=%ff', 'application/x-www-form-urlencoded', 400],
    [
      '/interaction/00000000-0000-4000-8000-000000000000',
      'x'.repeat(100_000),
      'application/x-www-form-urlencoded',
      413,
    ],
    [
      '/interaction/00000000-0000-4000-8000-000000000000',
      'csrf=a&csrf=b',
      'application/x-www-form-urlencoded',
      400,
    ],
  ])('answers a bad body at %s with a page (RFC 9110 §15.5)', async (path, body, type, status) => {
    const before = await service.snapshot();
    const answer = await client.browser.request(service.issuer + path, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await service.snapshot()).toEqual(before);
  });

  it('is closed to scripts of other origins (RFC 9700 §2.6)', async () => {
    const response = await fetch(`${service.issuer}/authorize?${encode(client.authorizationParameters())}`, {
      redirect: 'manual',
      headers: { origin: 'https://evil.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('takes the default resource and the scopes of its challenge when neither is named (RFC 8707 §2)', async () => {
    const tokens = await client.tokens({ resource: undefined, scope: undefined });
    expect(tokens.scope).toBe('notes:read');
    expect((await client.call(tokens.access_token)).status).toBe(200);
  });

  it.each([
    ['openid profile email offline_access', {}],
    ['openid unknown:scope', {}],
    ['offline_access', { redirect_uris: [LOOPBACK_REDIRECT] }],
  ])(
    'adds the scopes of the challenge for a self-registered client that asks for %s, on the consent page (RFC 6749 §3.3)',
    async (scope, metadata) => {
      if ('redirect_uris' in metadata) client.redirectUri = LOOPBACK_REDIRECT;
      await client.register(metadata);
      const page = await client.toConsent({ scope });
      expect(page.body).toContain('Read your notes');
      expect(page.body).not.toContain('Write notes');
      const code = redirectParameters(await client.approve(page)).get('code') ?? '';
      const { body } = await client.exchange(code);
      expect(body.scope.split(' ')).toContain('notes:read');
      expect((await client.call(body.access_token)).status).toBe(200);
    },
  );

  it('adds nothing where a scope of the resource is named', async () => {
    const page = await client.toConsent({ scope: 'openid notes:write' });
    const code = redirectParameters(await client.approve(page)).get('code') ?? '';
    expect((await client.exchange(code)).body.scope).toBe('openid notes:write');
  });

  it.each([
    ['x'.repeat(4_096), null],
    ['x'.repeat(4_097), 'invalid_request'],
    ['é'.repeat(2_049), 'invalid_request'],
  ])('takes a state of 4 kB at most (RFC 6749 §4.1.2.1): %#', async (state, error) => {
    const before = await service.snapshot();
    const answer = await client.authorize({ state, prompt: 'none' });
    expect(redirectParameters(answer).get('error')).toBe(error ?? 'login_required');
    expect(await service.snapshot()).toEqual(before);
  });

  it('keeps a second question mark of the query (RFC 3986 §3.4)', async () => {
    const parameters = encode(client.authorizationParameters({ state: undefined, prompt: 'none' }));
    const answer = await client.browser.get(`${service.issuer}/authorize?state=a?b&${parameters}`);
    expect(redirectParameters(answer).get('state')).toBe('a?b');
  });

  it('accepts scheme and host of a resource without case, and narrows unknown scopes (RFC 8707 §2)', async () => {
    const page = await client.toConsent({
      resource: service.resource.replace('http://localhost', 'HTTP://LOCALHOST'),
      scope: 'notes:read unknown:scope',
    });
    const answer = await client.approve(page);
    const tokens = await client.exchange(redirectParameters(answer).get('code') ?? '');
    expect(tokens.body.scope).toBe('notes:read');
  });

  it('skips a remembered consent for an https redirect, and asks again for more (OAuth 2.1 §7.3)', async () => {
    await client.code();
    const again = await client.authorize();
    expect(redirectParameters(again).get('code')).toBeTruthy();
    const more = await client.follow(await client.authorize({ scope: 'notes:read notes:write' }));
    expect(more.status).toBe(200);
    expect(
      redirectParameters(await client.authorize({ prompt: 'none', scope: 'notes:write' })).get('error'),
    ).toBe('consent_required');
    expect((await client.follow(await client.authorize({ prompt: 'consent' }))).status).toBe(200);
  });

  it.each([LOOPBACK_REDIRECT, 'cursor://anysphere.cursor-mcp/oauth/callback'])(
    'asks for one click every time when %s is sent to, and answers interaction_required without (RFC 8252 §8.6)',
    async (redirectUri) => {
      client.redirectUri = redirectUri;
      await client.register();
      await client.code();
      const again = await client.follow(await client.authorize());
      expect(again.status).toBe(200);
      expect(again.body).toContain('Continue as Alice Archer');
      expect(authorizationError(await client.authorize({ prompt: 'none' }))).toBe('interaction_required');
      expect(redirectParameters(await client.approve(again)).get('code')).toBeTruthy();
    },
  );

  it('asks to sign in again for prompt=login, max_age and an old sign-in (OpenID Connect Core §3.1.2.1)', async () => {
    await client.code();
    for (const overrides of [{ prompt: 'login' }, { prompt: 'select_account' }, { max_age: '0' }]) {
      const page = await client.follow(await client.authorize(overrides));
      expect(page.url).toContain('/sign-in');
      expect(redirectParameters(await client.signIn(page)).get('code')).toBeTruthy();
    }
    service.clock.advance(100);
    expect(redirectParameters(await client.authorize({ max_age: '1000' })).get('code')).toBeTruthy();
    expect((await client.follow(await client.authorize({ max_age: '50' }))).url).toContain('/sign-in');
    expect(redirectParameters(await client.authorize({ max_age: '50', prompt: 'none' })).get('error')).toBe(
      'login_required',
    );
  });

  it('grants what stays ticked, and nothing else (RFC 6749 §3.3)', async () => {
    const page = await client.toConsent({ scope: 'notes:read notes:write' });
    const answer = await client.approve(page, ['notes:read']);
    const tokens = await client.exchange(redirectParameters(answer).get('code') ?? '');
    expect(tokens.body.scope).toBe('notes:read');
  });

  it.each<[string, string[]]>([
    ['nothing stays ticked', []],
    ['what is ticked was not asked for', ['notes:write']],
    ['what is ticked is no scope', ['zork', 'notes:read notes:write']],
  ])('asks again when %s (RFC 6749 §3.3)', async (_, ticked) => {
    const page = await client.toConsent({ scope: 'notes:read' });
    const before = await service.snapshot();
    const answer = await client.approve(page, [], ticked);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('Choose at least one permission');
    expect(await service.snapshot()).toEqual(before);
    expect(redirectParameters(await client.approve(answer)).get('code')).toBeTruthy();
  });

  it('sends a denial back to the client (RFC 6749 §4.1.2.1)', async () => {
    const page = await client.toConsent();
    const { oauthGrant: grants } = await service.snapshot();
    const answer = await client.deny(page);
    expect(answer.status).toBe(303);
    const parameters = redirectParameters(answer);
    expect([parameters.get('error'), parameters.get('state'), parameters.get('iss')]).toEqual([
      'access_denied',
      'a state',
      service.issuer,
    ]);
    expect((await service.snapshot())['oauthGrant']).toBe(grants);
    expect((await client.approve(page)).status).toBe(400);
  });

  it('keeps several tabs apart: each resumes its own request', async () => {
    const [one, two] = [await client.authorize({ state: 'one' }), await client.authorize({ state: 'two' })];
    const pages = [await client.follow(one), await client.follow(two)];
    const second = await client.signIn(pages[1] ?? one);
    const first = await client.signIn(pages[0] ?? one);
    expect(redirectParameters(await client.approve(first)).get('state')).toBe('one');
    expect(redirectParameters(await client.approve(second)).get('state')).toBe('two');
  });

  it('ends a request after ten minutes', async () => {
    const page = await client.toConsent();
    service.clock.advance(601);
    const answer = await client.approve(page);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('has ended');
  });

  it('works for a host that does not remember people', async () => {
    const forgetful = await startService({ rememberSignIn: false });
    const visitor = await new OAuthTestClient(forgetful).register();
    expect((await visitor.tokens()).scope).toBe('notes:read');
    expect((await visitor.follow(await visitor.authorize())).url).toContain('/sign-in');
    await forgetful.close();
  });

  it('refuses a person who is disabled', async () => {
    service.accounts.disable('bob');
    const page = await client.toConsent({}, 'bob');
    service.accounts.enable('bob');
    expect(page.url).toContain('/sign-in');
  });
});
