import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, statementsSoFar } from '../support/app.js';
import { Browser, type BrowserResponse } from '../support/browser.js';
import { providerForm } from '../support/federated-person.js';
import { RealProvider } from '../support/real-provider.js';
import { ServiceClient } from '../support/service-client.js';
import { startStandalone, type Standalone } from '../support/standalone.js';

const PEOPLE: Record<string, Record<string, unknown>> = {
  grace: { name: 'Grace', email: 'grace@example.com', xms_edov: true, groups: ['engineering'] },
  heidi: { name: 'Heidi', email: 'heidi@example.com', xms_edov: true, _claim_names: { groups: 'src1' } },
  ivan: { name: 'Ivan', email: 'ivan@example.com', email_verified: true, hd: 'example.com' },
  judy: { name: 'Judy', email: 'judy@gmail.com', email_verified: true },
  karl: { name: 'Karl', email: 'karl@example.com', email_verified: true, hd: 'other.example' },
};

describe.each([
  ['Entra ID', ['grace'], { heidi: 'more groups than' }],
  ['Google', ['ivan'], { judy: 'not one of this company', karl: 'not one of this company' }],
] as const)('single sign-on with a provider like %s', (name, welcome, refused) => {
  let provider: RealProvider;
  let service: Standalone;

  beforeAll(async () => {
    const port = await freePort();
    const callback = `http://localhost:${port}/sign-in/sso/callback`;
    provider = await RealProvider.start(
      () => callback,
      (login) => PEOPLE[login] ?? {},
    );
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_OIDC_ISSUER: provider.issuer,
      MCP_AUTH_OIDC_CLIENT_ID: 'service',
      MCP_AUTH_OIDC_CLIENT_SECRET: 'a secret of the service',
      MCP_AUTH_OIDC_DOMAINS: 'example.com',
      MCP_AUTH_OIDC_NAME: name,
      MCP_AUTH_OIDC_SIGN_OUT: 'on',
      MCP_AUTH_PASSWORDS: 'administrator',
    });
  });
  afterAll(async () => {
    await service.close();
    provider.close();
  });

  /** From our sign-in page over the provider's and back. */
  const travel = async (browser: Browser, page: BrowserResponse, login: string) => {
    let there = await browser.submit({ ...page, body: providerForm(page) });
    there = await browser.follow(there, provider.issuer);
    if (there.status === 200) {
      const values: Record<string, string> = { login, password: 'any' };
      const answer = await browser.submit(there, undefined, (fields) =>
        fields.map(([field, value]) => [field, values[field] ?? value]),
      );
      there = await browser.follow(answer, provider.issuer);
    }
    const back = there.headers.get('location');
    if (!back?.startsWith(`${service.issuer}/sign-in/sso/callback`))
      throw new Error(`Not sent back: ${there.status} ${there.url} ${back} ${there.body}`);
    return browser.get(back);
  };
  const signIn = async (browser: Browser, page: BrowserResponse, login: string) =>
    browser.follow(await travel(browser, page, login), service.issuer);

  it.each([...welcome])('connects a client of %s, who signs in there', async (login) => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const consent = await signIn(client.browser, await client.toSignIn('mcp:tools'), login);
    expect(consent.body).toContain('value="approve"');
    const location = (await client.approve(consent)).headers.get('location') ?? '';
    expect(new URL(location).searchParams.has('code')).toBe(true);
    const [person] = await service.dataSource.query<object[]>(
      `SELECT name, groups FROM mcp_auth."user" WHERE email = $1`,
      [PEOPLE[login]?.['email']],
    );
    expect(person).toEqual({ name: PEOPLE[login]?.['name'], groups: PEOPLE[login]?.['groups'] ?? [] });
  });

  it.each(Object.entries(refused))('does not let %s in', async (login, words) => {
    const browser = new Browser();
    const page = await signIn(browser, await browser.get(`${service.issuer}/sign-in`), login);
    expect([page.status, page.body]).toEqual([403, expect.stringContaining(words)]);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(303);
  });

  it('signs out there, too', async () => {
    const browser = new Browser();
    const home = await signIn(browser, await browser.get(`${service.issuer}/sign-in`), welcome[0]);
    const answer = await browser.submit(home);
    const { origin, searchParams } = new URL(answer.headers.get('location') ?? '');
    expect([origin, searchParams.get('post_logout_redirect_uri')]).toEqual([
      provider.issuer,
      `${service.issuer}/sign-in`,
    ]);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(303);
  });

  it('spends six statements of ours on somebody who is known', async () => {
    const counts: number[] = [];
    for (let round = 0; round < 3; round++) {
      const client = await new ServiceClient(service, service.mcpUrl).register();
      const page = await client.toSignIn('mcp:tools');
      const before = statementsSoFar();
      await travel(client.browser, page, welcome[0]);
      counts.push(statementsSoFar() - before);
    }
    // The quietest round: the revocation feed is read now and then.
    expect(Math.min(...counts)).toBe(6);
  });
});
