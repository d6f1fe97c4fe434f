import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';

const AGED = 43_201_000;
const DN = 'CN=Board, Finance,OU=Groups,DC=example';

/** By a group of the source (`notes:delete`), by one of the partners (`mcp:tools`), and by exact names. */
const rules = (server: string) => `
rules:
  - { name: Source, groups: [finance], server: '${server}', scopes: ['notes:delete'] }
  - { name: Partners, groups: ['partners:finance'], server: '${server}', scopes: ['mcp:tools'] }
  - { name: Exact, groups: [{ provider: sso, group: 'partners:audit' }], server: '${server}', scopes: ['notes:delete'] }
  - { name: Exact there, groups: [{ provider: partners, group: '${DN}' }], server: '${server}', scopes: ['mcp:tools'] }
`;

describe('groups of identities', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;

  beforeAll(async () => {
    federated = await startFederatedService({ MCP_AUTH_OIDC_NAME: 'Company' }, rules);
  });
  afterAll(() => federated.close());
  beforeEach(() => federated.reset());

  const scopes = 'mcp:tools notes:delete';
  /** Scopes that a person is given, or the words of the refusal. */
  const given = async (person: FederatedPerson) => {
    const { service } = federated;
    const client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
    const page = await client.authorize('', scopes);
    if (!page.body.includes('value="approve"')) return page.body;
    return (await client.token(client.codeFrom(await client.approve(page)))).body.scope;
  };
  const source = () => new FederatedPerson(federated.service, federated.provider);
  const partner = (browser = source().browser) =>
    new FederatedPerson(federated.service, federated.other, browser, 'partners');
  const ELSEWHERE = { ...GRACE, sub: 'elsewhere', email: 'grace@partners.example' };

  it.each<[string, 'source' | 'partners', string[], string]>([
    ["the source's group by its name", 'source', ['finance'], 'notes:delete'],
    ["the partners' group by theirs", 'partners', ['finance'], 'mcp:tools'],
    ["a group of the source that is called like the partners'", 'source', ['partners:finance'], ''],
    ['such a group by its exact name', 'source', ['partners:audit'], 'notes:delete'],
    ['a group of the partners that claims to be of the source', 'partners', ['sso:finance'], ''],
    ['a group of the partners that is called like the exact one', 'partners', ['partners:audit'], ''],
    ['a distinguished name as a whole', 'partners', [DN], 'mcp:tools'],
    ['a distinguished name of the wrong provider', 'source', [DN], ''],
    ['a group with a blank at its end', 'source', ['finance '], ''],
    ['a group with a no-break space', 'source', ['finance\u00a0'], ''],
    ['a group in capitals', 'source', ['Finance'], ''],
  ])('satisfy rules that mean them: %s', async (_, of, groups, expected) => {
    const person = of === 'source' ? source() : partner();
    await person.signIn({ ...(of === 'source' ? GRACE : ELSEWHERE), groups });
    const answer = await given(person);
    if (expected === '') expect(answer).toContain('You do not have access');
    else expect(answer).toBe(expected);
  });

  it('add up, and a sign-in with one provider leaves those of the other', async () => {
    const person = source();
    await person.signIn({ ...GRACE, groups: ['finance'] });
    const other = partner(person.browser);
    const authorization = await other.leave(await person.browser.get(`${federated.service.issuer}/account`));
    federated.other.say(authorization, { ...ELSEWHERE, groups: ['finance'] });
    expect((await other.comeBack(authorization)).headers.get('location')).toBe('/account');
    expect((await given(person))?.split(' ').toSorted()).toEqual(['mcp:tools', 'notes:delete']);
    await source().signIn({ ...GRACE, groups: [] });
    expect(await given(person)).toBe('mcp:tools');
  });

  it('take the place of groups of nobody, which live tokens lose, when a person connects an identity', async () => {
    const { service, provider } = federated;
    await service.addMember(GRACE.email, ['finance']);
    const browser = await signedIn(service, GRACE.email);
    const client = await new ServiceClient(service, service.mcpUrl, undefined, browser).register();
    const { access_token } = await client.tokens('', 'notes:delete');
    const isTaken = async () => {
      const { status } = await fetch(service.mcpUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${access_token}`,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      });
      return status !== 401;
    };
    expect(await isTaken()).toBe(true);
    const person = new FederatedPerson(service, provider, browser);
    const authorization = await person.leave(await browser.get(`${service.issuer}/account`));
    provider.say(authorization, { ...GRACE, groups: [] });
    expect((await person.comeBack(authorization)).status).toBe(303);
    await eventually(async () => !(await isTaken()));
  });

  it('count no more when they are old, and the page says what to do', async () => {
    const { service } = federated;
    await source().signIn({ ...GRACE, groups: ['finance'] });
    await service.dataSource.query(`UPDATE mcp_auth.identity SET "groupsReadAt" = $1`, [
      new Date(service.clock.now() - AGED),
    ]);
    const users = await service.dataSource.query<{ id: string }[]>(
      `SELECT id FROM mcp_auth."user" WHERE email = $1`,
      [GRACE.email],
    );
    // The same person, with a password.
    await service.addMember('with-password@example.com', []);
    await service.dataSource.query(
      `UPDATE mcp_auth.account a SET "userId" = $1 FROM mcp_auth."user" u WHERE u.id = a."userId" AND u.email = 'with-password@example.com'`,
      [users[0]?.id],
    );
    const browser = await signedIn(service, GRACE.email);
    const page = await given(new FederatedPerson(service, federated.provider, browser));
    expect(page).toContain('Your groups at Company were read too long ago.');
    expect(page).toContain('Sign out, sign in with Company, and connect again.');
    const start = await browser.get(`${service.issuer}/`);
    expect(start.body).not.toContain('You may use none yet');
    expect(start.body).toContain('Your groups at Company were read too long ago to show your servers.');
    const person = new FederatedPerson(service, federated.provider, browser);
    const link = /<a class="button small main" href="([^"]+)">Sign in again/.exec(start.body)?.[1] ?? '';
    const authorization = await person.leave(
      await browser.get(service.issuer + link.replaceAll('&amp;', '&')),
    );
    federated.provider.say(authorization, { ...GRACE, groups: ['finance'] });
    expect((await person.comeBack(authorization)).headers.get('location')).toBe('/');
    const again = (await browser.get(`${service.issuer}/`)).body;
    expect([again.includes('Company tools'), again.includes('too long ago')]).toEqual([true, false]);
  });

  it('are of no age to a rule for everyone', async () => {
    const open = await startFederatedService(
      {},
      (server) => `rules: [{ name: All, groups: everyone, server: '${server}', scopes: all }]`,
    );
    try {
      const { service } = open;
      const person = new FederatedPerson(service, open.provider);
      await person.signIn(GRACE);
      const client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
      const tokens = await client.tokens('', 'mcp:tools');
      await service.dataSource.query(`UPDATE mcp_auth.identity SET "groupsReadAt" = $1`, [
        new Date(service.clock.now() - AGED),
      ]);
      expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    } finally {
      await open.close();
    }
  });
});
