import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { Browser, type BrowserResponse } from '../support/browser.js';
import { parseForm } from '../support/html-form.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

describe('consent of another (RFC 9700 §4.7, §4.16; MCP security best practices, Confused Deputy)', () => {
  let service: TestService;
  let victim: OAuthTestClient;
  let page: BrowserResponse;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    victim = await new OAuthTestClient(service).register();
    page = await victim.toConsent();
  });

  const nothingGranted = async (act: () => Promise<BrowserResponse>) => {
    const before = await service.snapshot();
    const answer = await act();
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(await service.snapshot()).toEqual(before);
  };

  const withField = (name: string, value: string | null) => (fields: [string, string][]) => [
    ...fields.filter(([known]) => known !== name),
    ...(value === null ? [] : [[name, value] as [string, string]]),
  ];

  it.each([
    ['no token', null],
    ['an empty token', ''],
    ['a forged token', 'x'.repeat(43)],
  ])('refuses an approval with %s', async (_name, value) => {
    await nothingGranted(() =>
      victim.browser.submit(page, ['decision', 'approve'], withField('csrf', value)),
    );
    expect(redirectParameters(await victim.approve(page)).get('code')).toBeTruthy();
  });

  it('refuses an approval from another browser that knows the whole form', async () => {
    const stranger = new Browser();
    await nothingGranted(() => stranger.submit(page, ['decision', 'approve']));
  });

  it('refuses an approval from the browser of another person, with a request of their own under way', async () => {
    const attacker = await new OAuthTestClient(service).register();
    const own = await attacker.toConsent({}, 'bob');
    const { fields } = parseForm(page.body);
    await nothingGranted(() => attacker.browser.post(page.url, [...fields, ['decision', 'approve']]));
    await nothingGranted(() => attacker.browser.post(own.url, [...fields, ['decision', 'approve']]));
  });

  it('refuses an approval when somebody else has signed in since the page was shown', async () => {
    await victim.browser.post(`${service.issuer}/sign-in`, { account: 'bob' });
    await nothingGranted(() => victim.approve(page));
    const shownToBob = await victim.browser.get(page.url);
    expect(shownToBob.body).toContain('Bob Baker');
    expect(redirectParameters(await victim.approve(shownToBob)).get('code')).toBeTruthy();
  });

  it('refuses an approval without a decision, and grants nothing more for one that was given before', async () => {
    await nothingGranted(() => victim.browser.submit(page));
    await nothingGranted(() => victim.browser.submit(page, ['decision', 'maybe']));
    expect((await victim.approve(page)).status).toBe(303);
    const before = await service.snapshot();
    await victim.approve(page);
    expect(await service.snapshot()).toEqual(before);
  });

  it('gives one code for one approval that is sent twice at once', async () => {
    const answers = await Promise.all([victim.approve(page), victim.approve(page), victim.approve(page)]);
    expect(new Set(answers.map((answer) => redirectParameters(answer).get('code'))).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
  });

  it('never grants a scope that was not asked for', async () => {
    const answer = await victim.browser.submit(page, ['decision', 'approve'], (fields) => [
      ...fields,
      ['scope', 'notes:admin'],
    ]);
    const tokens = await victim.exchange(redirectParameters(answer).get('code') ?? '');
    expect(tokens.body.scope).toBe('notes:read');
  });

  it('shows nothing of an interaction to another browser', async () => {
    const stranger = new Browser();
    const answer = await stranger.get(page.url);
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('Alice');
  });

  it.each([
    '/interaction/x',
    '/interaction/00000000-0000-0000-0000-000000000000',
    '/interaction/%00',
    "/interaction/'--",
  ])('knows no interaction at %s', async (path) => {
    expect((await victim.browser.get(service.issuer + path)).status).toBe(400);
  });

  it('does not complete a sign-in in a browser that began nothing', async () => {
    const id = page.url.split('/').at(-1) ?? '';
    const attacker = new Browser();
    const answer = await attacker.post(`${service.issuer}/sign-in`, { account: 'bob', interaction: id });
    expect(answer.status).toBe(400);
    const [row] = await service.sql<{ accountId: string }>(
      'SELECT "accountId" FROM "oauthInteraction" WHERE id = $1',
      [id],
    );
    expect(row?.accountId).toBe('alice');
  });

  it('sets its cookie for this host alone, out of reach of scripts (RFC 6265bis §4.1.3.2)', async () => {
    const answer = await new OAuthTestClient(service).register().then((client) => client.authorize());
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).toMatch(/Path=\//);
    expect(cookie).not.toMatch(/Domain=/);
  });

  it('sends pages that no site can frame and no script can run in', async () => {
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('form-action');
    expect(policy).not.toContain('unsafe-inline');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.body).not.toMatch(/<script|https?:\/\/(?!localhost|client\.example)/);
  });

  it('names client, redirect host, resource and scopes in words, and shows hostile names as text', async () => {
    const hostile = await new OAuthTestClient(service).register({
      client_name: '<script>alert(1)</script>\u202Egpj.exe',
    });
    const shown = await hostile.toConsent({ scope: 'notes:read notes:write' });
    for (const text of [
      'client.example',
      'Notes',
      service.resource,
      'Read your notes',
      'Write notes',
      'registered itself',
      'Alice Archer',
    ])
      expect(shown.body).toContain(text);
    expect(shown.body).not.toContain('<script>');
    expect(shown.body).not.toContain('\u202E');
  });

  it('warns when every redirect stays on this computer (MCP 2026-07-28, Localhost Redirect URI Risks)', async () => {
    const local = new OAuthTestClient(service);
    local.redirectUri = 'http://127.0.0.1:7777/callback';
    await local.register();
    expect((await local.toConsent()).body).toContain('on your own computer');
    expect(page.body).not.toContain('on your own computer');
  });
});
