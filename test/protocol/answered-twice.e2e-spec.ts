import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { Browser, type BrowserResponse } from '../support/browser.js';
import { LOOPBACK_REDIRECT, OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

describe('an answer to a consent page that comes twice', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  const location = ({ headers }: BrowserResponse) => headers.get('location');

  it('gets the same code for the same yes while the code lives (RFC 6749 §4.1.2)', async () => {
    const page = await client.toConsent();
    const [one, two] = [await client.approve(page), await client.approve(page)];
    expect([one.status, two.status]).toEqual([303, 303]);
    expect(location(two)).toBe(location(one));
    expect((await client.exchange(redirectParameters(two).get('code') ?? '')).status).toBe(200);
  });

  it('gets the same refusal for the same no (RFC 6749 §4.1.2.1)', async () => {
    const page = await client.toConsent();
    const [one, two] = [await client.deny(page), await client.deny(page)];
    expect(redirectParameters(two).get('error')).toBe('access_denied');
    expect(location(two)).toBe(location(one));
  });

  it.each(['allow', 'deny'])('goes by the first of two different answers: %s', async (first) => {
    const page = await client.toConsent();
    if (first === 'allow') await client.approve(page);
    else await client.deny(page);
    const before = await service.snapshot();
    const late = first === 'allow' ? await client.deny(page) : await client.approve(page);
    expect(late.status).toBe(400);
    expect(late.body).toContain(first === 'allow' ? 'You have allowed this' : 'You have denied this');
    expect(late.body).not.toContain('Nothing was shared');
    expect(await service.snapshot()).toEqual(before);
  });

  it('brings a browser that comes back to the same answer, and says what was answered once that is used', async () => {
    const page = await client.toConsent();
    const answer = await client.approve(page);
    expect(location(await client.browser.get(page.url))).toBe(location(answer));
    await client.exchange(redirectParameters(answer).get('code') ?? '');
    for (const back of [await client.browser.get(page.url), await client.approve(page)]) {
      expect(back.status).toBe(400);
      expect(back.body).toContain('You have allowed this');
      expect(back.body).not.toContain('Nothing was shared');
    }
    expect(await service.sql(`SELECT 1 FROM "oauthGrant" WHERE "revokedAt" IS NOT NULL`)).toEqual([]);
  });

  it('says the same when the code was never used and is over', async () => {
    const page = await client.toConsent();
    await client.approve(page);
    service.clock.advance(61);
    await service.prune();
    expect((await client.approve(page)).body).toContain('You have allowed this');
  });

  it.each(['bob', 'nobody'])(
    'takes %s, who is there by now, to no code of the person before',
    async (who) => {
      const page = await client.toConsent();
      const answer = await client.approve(page);
      await client.browser.request(client.at('/sign-in'), {
        method: 'POST',
        body: new URLSearchParams({ account: who === 'bob' ? who : '' }),
      });
      for (const back of [await client.browser.get(page.url), await client.approve(page)])
        expect([back.status, location(back)]).toEqual([400, null]);
      expect((await client.exchange(redirectParameters(answer).get('code') ?? '')).status).toBe(200);
    },
  );

  it('tells another browser nothing', async () => {
    const page = await client.toConsent();
    await client.approve(page);
    const other = new Browser();
    const answer = await other.get(page.url);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(answer.body).toContain('has ended');
    expect(answer.body).not.toContain('You have allowed');
  });

  it('warns of programs on this computer when the redirect that is asked for goes to one (RFC 8252 §8.6)', async () => {
    const both = await new OAuthTestClient(service).register({
      redirect_uris: ['https://client.example/callback', LOOPBACK_REDIRECT],
    });
    expect((await both.toConsent()).body).not.toContain('on your own computer');
    both.redirectUri = LOOPBACK_REDIRECT;
    expect((await both.toConsent()).body).toContain('on your own computer');
  });
});

describe.skipIf(!postgresUrl)('fifty clicks on Allow, on two instances', () => {
  it('get one grant and one code', async () => {
    const { first, second, close } = await startReplicas();
    const client = await new OAuthTestClient(first).register();
    const page = await client.toConsent();
    const browsers = [first, second].map(({ origin }) => {
      const browser = new Browser({ [new URL(first.issuer).origin]: origin });
      Object.assign(browser, { cookies: Reflect.get(client.browser, 'cookies') });
      return browser;
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => browsers[index % 2]?.submit(page, ['decision', 'approve'])),
    );
    expect(new Set(answers.map((answer) => answer?.headers.get('location'))).size).toBe(1);
    expect(answers[0]?.headers.get('location')).toMatch(/[?&]code=[\w-]{43}&/);
    expect(await first.sql('SELECT 1 FROM "oauthGrant"')).toHaveLength(1);
    await close();
  });
});
