import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statementsSoFar } from '../../test/support/app.js';
import { freePort } from '../../test/support/free-port.js';
import { Browser, type BrowserResponse } from '../../test/support/browser.js';
import { providerForm, providerVariables } from './support/federated-person.js';
import { RealProvider } from './support/real-provider.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const PEOPLE: Record<string, Record<string, unknown>> = {
  grace: { name: 'Grace', email: 'grace@example.com', xms_edov: true, groups: ['engineering'] },
  heidi: { name: 'Heidi', email: 'heidi@example.com', xms_edov: '1', _claim_names: { groups: 'src1' } },
  frank: { name: 'Frank', email: 'frank@example.com', groups: [] },
  mallory: { name: 'Mallory', email: 'mallory@example.com', xms_edov: false, groups: [] },
  ivan: { name: 'Ivan', email: 'ivan@example.com', email_verified: true, hd: 'example.com' },
  judy: { name: 'Judy', email: 'judy@gmail.com', email_verified: true },
  karl: { name: 'Karl', email: 'karl@example.com', email_verified: true, hd: 'other.example' },
  lena: { name: 'Lena', email: 'lena@example.com', email_verified: true },
};
const LOOKED_UP = ['engineering', 'leads'];
const UNPROVED = 'does not say that your email address is yours';
const STRANGER = 'Your account is not one of this company';

interface Kind {
  environment: (provider: RealProvider) => NodeJS.ProcessEnv;
  /** Their groups, by their login. */
  welcome: Record<string, string[]>;
  /** What they are told, by their login. */
  refused: Record<string, string>;
}

const KINDS: Record<string, Kind> = {
  'Entra ID': {
    environment: () => ({}),
    welcome: { grace: ['engineering'] },
    refused: { heidi: 'more groups than', frank: UNPROVED, mallory: UNPROVED },
  },
  'Entra ID, with groups looked up': {
    environment: ({ groupsUrl }) => ({ MCP_AUTH_OIDC_GROUPS_URL: groupsUrl }),
    welcome: { heidi: LOOKED_UP, grace: ['engineering'] },
    refused: {},
  },
  Google: {
    environment: () => ({ MCP_AUTH_OIDC_HOSTED_DOMAIN: 'required' }),
    welcome: { ivan: [] },
    refused: { judy: STRANGER, karl: STRANGER, lena: STRANGER },
  },
};

describe.each(Object.entries(KINDS))('single sign-on with a provider like %s', (name, kind) => {
  const [somebody = ''] = Object.keys(kind.welcome);
  let provider: RealProvider;
  let service: Standalone;

  beforeAll(async () => {
    const port = await freePort();
    const callback = `http://localhost:${port}/sign-in/sso/callback`;
    provider = await RealProvider.start(
      () => callback,
      (login) => PEOPLE[login] ?? { ...PEOPLE[somebody], name: login, email: `${login}@example.com` },
      () => LOOKED_UP,
    );
    service = await startStandalone({
      PORT: String(port),
      ...providerVariables(provider),
      ...kind.environment(provider),
      MCP_AUTH_OIDC_NAME: name,
      MCP_AUTH_OIDC_SIGN_OUT: 'on',
      MCP_AUTH_PASSWORDS: 'administrator',
      MCP_AUTH_RATE_LIMIT: 'on',
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

  const people = () =>
    service.dataSource.query<object[]>(
      `SELECT u.id, "accountId" FROM mcp_auth."user" u JOIN mcp_auth."account" a ON a."userId" = u.id ORDER BY 1, 2`,
    );

  it.each(Object.entries(kind.welcome))(
    'connects a client of %s, who signs in there',
    async (login, groups) => {
      const client = await new ServiceClient(service, service.mcpUrl).register();
      const consent = await signIn(client.browser, await client.toSignIn('mcp:tools'), login);
      expect(consent.body).toContain('value="approve"');
      const location = (await client.approve(consent)).headers.get('location') ?? '';
      expect(new URL(location).searchParams.has('code')).toBe(true);
      const [person] = await service.dataSource.query<object[]>(
        `SELECT name, groups FROM mcp_auth."user" WHERE email = $1`,
        [PEOPLE[login]?.['email']],
      );
      expect(person).toEqual({ name: PEOPLE[login]?.['name'], groups });
    },
  );

  it.each(Object.entries(kind.refused))('does not let %s in', async (login, words) => {
    const browser = new Browser();
    const before = await people();
    const page = await signIn(browser, await browser.get(`${service.issuer}/sign-in`), login);
    expect([page.status, page.body]).toEqual([403, expect.stringContaining(words)]);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(303);
    expect(await people()).toEqual(before);
  });

  it('signs out there, too', async () => {
    const browser = new Browser();
    const home = await signIn(browser, await browser.get(`${service.issuer}/sign-in`), somebody);
    const answer = await browser.submit(home);
    const { origin, searchParams } = new URL(answer.headers.get('location') ?? '');
    expect([origin, searchParams.get('post_logout_redirect_uri')]).toEqual([
      provider.issuer,
      `${service.issuer}/sign-in`,
    ]);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(303);
  });

  /** What the way there and back costs, from our page to our redirect. */
  const statementsOf = async (login: string) => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const page = await client.toSignIn('mcp:tools');
    const before = statementsSoFar();
    await travel(client.browser, page, login);
    return statementsSoFar() - before;
  };
  /** Of the quietest round: in others, the background reads the revocation feed or writes the audit. */
  const fewest = async (logins: string[]) => {
    const counts: number[] = [];
    for (const login of logins) counts.push(await statementsOf(login));
    return Math.min(...counts);
  };

  it('spends at most six statements of ours on somebody who is known, limits and audit included', async () => {
    expect(await fewest(Array<string>(6).fill(somebody))).toBeLessThanOrEqual(6);
  });

  it('spends at most eleven on somebody who comes for the first time', async () => {
    expect(await fewest(['amy', 'ben', 'cleo', 'dan', 'eli', 'fay'])).toBeLessThanOrEqual(11);
  });
});
