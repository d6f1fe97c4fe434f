import { Injectable } from '@nestjs/common';
import * as openid from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditEvent, AuditLog } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { type BrowserResponse, encode } from '../support/browser.js';
import { hasChromium, launchChromium } from '../support/chromium.js';
import { parseForm } from '../support/html-form.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';
import { expectToFit, VIEWS } from '../support/page-fit.js';

const BACK = 'https://client.example/bye?from=us';
const OPENID = { scope: 'openid notes:read' };
const STATE = `"><b>&=? ü`;
const events: AuditEvent[] = [];

@Injectable()
class RecordingLog extends AuditLog {
  override record(event: AuditEvent): void {
    if (event.action === 'logout') events.push(event);
  }
}

describe('the end session endpoint (OpenID Connect RP-Initiated Logout §2)', () => {
  let service: TestService;
  let client: OAuthTestClient;
  let idToken: string;

  beforeAll(async () => {
    service = await startService({
      issuerPath: '/auth',
      endsSignIns: true,
      audit: RecordingLog,
      clients: [
        {
          clientId: 'house',
          clientSecret: 'a secret of the house, which is long enough',
          postLogoutRedirectUris: ['https://house.example/'],
        },
      ],
    });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register({ post_logout_redirect_uris: [BACK] });
    idToken = String((await client.tokens(OPENID))['id_token']);
    events.length = 0;
  });

  const leave = (parameters: Record<string, string | string[] | undefined>) =>
    client.browser.get(`${service.issuer}/end-session?${encode(parameters)}`);
  const asked = () => ({
    client_id: client.credentials.client_id,
    post_logout_redirect_uri: BACK,
    state: STATE,
  });
  const isSignedIn = async () => !(await client.authorize()).headers.get('location')?.includes('/sign-in');
  const location = ({ status, headers }: BrowserResponse) => [status, headers.get('location')];
  const there = `${BACK}&${new URLSearchParams({ state: STATE })}`;

  it('is in the metadata of a host that can end sign-ins, and of no other', async () => {
    const plain = await startService();
    const metadata = async (origin: string, path: string) =>
      (await (await fetch(`${origin}/.well-known/openid-configuration${path}`)).json()) as Json;
    expect((await metadata(service.origin, '/auth'))['end_session_endpoint']).toBe(
      `${service.issuer}/end-session`,
    );
    expect(await metadata(plain.origin, '')).not.toHaveProperty('end_session_endpoint');
    expect((await fetch(`${plain.issuer}/end-session`)).status).toBe(404);
    await plain.close();
  });

  it('signs out whoever the hint proves, however old it is, and goes back with the state (§2)', async () => {
    service.clock.advance(7_200);
    const browser = await client.signIn(await client.follow(await client.authorize({ prompt: 'login' })));
    expect(browser.status).toBeLessThan(400);
    const fresh = String((await client.tokens(OPENID))['id_token']);
    service.clock.advance(7_200);
    const answer = await leave({ ...asked(), id_token_hint: fresh });
    expect(location(answer)).toEqual([303, there]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await isSignedIn()).toBe(false);
    expect(events).toMatchObject([
      { outcome: 'success', userId: 'alice', clientId: client.credentials.client_id },
    ]);
    expect(String(events[0]?.detail?.['sid'])).toMatch(/^sid-/);
  });

  it('is reached as openid-client writes it', async () => {
    const { client_id: id } = client.credentials;
    const config = await openid.discovery(new URL(service.issuer), id, undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    });
    const url = openid.buildEndSessionUrl(config, { id_token_hint: idToken, post_logout_redirect_uri: BACK });
    expect(location(await client.browser.get(url.href))).toEqual([303, BACK]);
    expect(await isSignedIn()).toBe(false);
  });

  it('asks the person where no hint proves them, and does as they say', async () => {
    const page = await leave(asked());
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(page.body).toContain('alice@example.com');
    expect(page.body).toContain('client.example');
    expect(await isSignedIn()).toBe(true);
    const stays = await client.browser.submit(page, ['decision', 'stay']);
    expect(location(stays)).toEqual([200, null]);
    expect(await isSignedIn()).toBe(true);
    expect(events).toMatchObject([{ outcome: 'refused', userId: 'alice' }]);
    expect(location(await client.browser.submit(page, ['decision', 'leave']))).toEqual([303, there]);
    expect(await isSignedIn()).toBe(false);
  });

  it.each<[string, () => Promise<string>]>([
    [
      'another person',
      async () => {
        const other = new OAuthTestClient(service);
        other.credentials = client.credentials;
        return String((await other.tokens(OPENID, 'bob'))['id_token']);
      },
    ],
    [
      'another sign-in of the same person',
      async () => {
        service.clock.advance(5);
        const other = new OAuthTestClient(service);
        other.credentials = client.credentials;
        return String((await other.tokens(OPENID))['id_token']);
      },
    ],
  ])('asks where the hint is of %s', async (_, hint) => {
    const page = await leave({ ...asked(), id_token_hint: await hint() });
    expect([page.status, page.body.includes('Sign out?')]).toEqual([200, true]);
    expect(await isSignedIn()).toBe(true);
  });

  it('takes the same with POST, by way of a GET that has the cookie (§2)', async () => {
    const url = `${service.issuer}/end-session`;
    const answer = await client.browser.post(url, { ...asked(), id_token_hint: idToken, other: 'x' });
    const [status, next] = location(answer);
    expect([status, String(next).startsWith(`${url}?id_token_hint=`)]).toEqual([303, true]);
    expect(location(await client.browser.get(String(next)))).toEqual([303, there]);
  });

  it('says that nobody is signed in, and sends nobody on for a client that anybody can be (RFC 9700 §4.11)', async () => {
    await leave({ id_token_hint: idToken });
    for (const hint of [undefined, idToken]) {
      const page = await leave({ ...asked(), id_token_hint: hint });
      expect([location(page), page.body.includes('You are signed out')]).toEqual([[200, null], true]);
      expect(page.body).toContain(`href="${there.replaceAll('&', '&amp;')}"`);
    }
    const house = { client_id: 'house', post_logout_redirect_uri: 'https://house.example/' };
    expect(location(await leave(house))).toEqual([303, 'https://house.example/']);
    expect(location(await leave({}))).toEqual([200, null]);
  });

  it('asks without a client, too, and ends with a page', async () => {
    const page = await leave({});
    expect(page.body).toContain('Sign out?');
    const answer = await client.browser.submit(page, ['decision', 'leave']);
    expect([answer.status, answer.body.includes('You are signed out')]).toEqual([200, true]);
    expect(await isSignedIn()).toBe(false);
  });

  const parts = () => idToken.split('.');
  it.each<[string, () => Record<string, string | string[]> | Promise<Record<string, string>>]>([
    [
      'a redirect URI that is not registered',
      () => ({ ...asked(), post_logout_redirect_uri: 'https://client.example/bye' }),
    ],
    ['a redirect URI of codes', () => ({ ...asked(), post_logout_redirect_uri: client.redirectUri })],
    ['a redirect URI without a client', () => ({ post_logout_redirect_uri: BACK })],
    ['an unknown client', () => ({ ...asked(), client_id: 'client_unknown' })],
    ['a hint for another client', () => ({ ...asked(), client_id: 'house', id_token_hint: idToken })],
    ['a hint that is no JWT', () => ({ ...asked(), id_token_hint: 'x' })],
    [
      'a hint with another signature',
      () => ({ id_token_hint: `${parts()[0]}.${parts()[1]}.${'A'.repeat(342)}` }),
    ],
    [
      'a hint without a signature',
      () => {
        const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
        return { id_token_hint: `${header}.${parts()[1]}.` };
      },
    ],
    [
      'a hint that is an access token',
      async () => ({ id_token_hint: (await client.tokens(OPENID)).access_token }),
    ],
    ['two hints', () => ({ id_token_hint: [idToken, idToken] })],
    ['two states', () => ({ ...asked(), id_token_hint: idToken, state: ['a', 'b'] })],
    ['a state of more than 4 kB', () => ({ ...asked(), id_token_hint: idToken, state: 'x'.repeat(4_097) })],
  ])(
    'shows a page for %s, ends nothing and sends nobody anywhere (RFC 9700 §4.11)',
    async (_, parameters) => {
      const page = await leave(await parameters());
      expect(location(page)).toEqual([400, null]);
      expect(page.body).toContain('invalid_request');
      expect(page.body).not.toContain('href="https://client.example');
      expect(await isSignedIn()).toBe(true);
      expect(events).toMatchObject([{ outcome: 'refused', detail: { error: 'invalid_request' } }]);
    },
  );

  it.each(['csrf', 'client_id', 'post_logout_redirect_uri', 'state'])(
    'takes no answer whose %s is not that of the page',
    async (changed) => {
      const page = await leave(asked());
      const answer = await client.browser.submit(page, ['decision', 'leave'], (fields) =>
        fields.filter(([name]) => name !== changed),
      );
      expect(location(answer)).toEqual([400, null]);
      expect(await isSignedIn()).toBe(true);
    },
  );

  it('takes no answer of another person in the same browser', async () => {
    const page = await leave(asked());
    const { fields } = parseForm(page.body);
    await client.signIn(await client.follow(await client.authorize({ prompt: 'login' })), 'bob');
    const answer = await client.browser.post(`${service.issuer}/end-session/answer`, [
      ...fields,
      ['decision', 'leave'],
    ]);
    expect(location(answer)).toEqual([400, null]);
    expect(await isSignedIn()).toBe(true);
  });

  it.each([
    ['an http URI', ['http://client.example/bye']],
    ['a fragment', ['https://client.example/#bye']],
    ['a scheme that runs something', ['javascript:alert(1)']],
    ['a text', 'https://client.example/'],
    ['21 of them', Array.from({ length: 21 }, (_, index) => `https://client.example/${index}`)],
  ])('takes no registration with %s (§3.1)', async (_, uris) => {
    const before = await service.snapshot();
    const response = await fetch(client.at('/register'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [client.redirectUri], post_logout_redirect_uris: uris }),
    });
    expect([response.status, ((await response.json()) as Json)['error']]).toEqual([
      400,
      'invalid_client_metadata',
    ]);
    expect(await service.snapshot()).toEqual(before);
  });

  it.skipIf(!hasChromium)('has pages that fit a real browser, without scripts', async () => {
    const browser = await launchChromium();
    try {
      for (const [width, colorScheme] of VIEWS) {
        const page = await (await browser.newContext({ javaScriptEnabled: false, colorScheme })).newPage();
        await page.setViewportSize({ width, height: 844 });
        await page.goto(
          `${service.issuer}/authorize?${encode(client.authorizationParameters({ prompt: 'consent' }))}`,
        );
        await page.fill('[name=account]', 'alice');
        await page.click('button');
        await page.waitForSelector('button[value=approve]');
        await page.goto(`${service.issuer}/end-session?${encode(asked())}`);
        expect(await page.textContent('h1')).toBe('Sign out?');
        await expectToFit(page);
        const shots = process.env['SCREENSHOTS'];
        if (shots) await page.screenshot({ path: `${shots}/logout-${width}-${colorScheme}.png` });
        await page.click('button[value=stay]');
        expect(await page.textContent('h1')).toBe('You are still signed in');
        await expectToFit(page);
        await page.goto(`${service.issuer}/end-session`);
        await page.click('button[value=leave]');
        expect(await page.textContent('h1')).toBe('You are signed out');
        await expectToFit(page);
      }
    } finally {
      await browser.close();
    }
  });
});
