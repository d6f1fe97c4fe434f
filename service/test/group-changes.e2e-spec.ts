import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { addPerson, otherAccount, press, signedIn } from './support/administration.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { isTaken } from './support/taken-tokens.js';
import { ServiceClient } from './support/service-client.js';
import type { Standalone } from './support/standalone.js';

const rules = (server: string) => `
rules:
  - { name: Source, groups: [finance], server: '${server}', scopes: ['notes:delete'] }
  - { name: Partners, groups: ['partners:finance'], server: '${server}', scopes: ['mcp:tools'] }
`;
const SOURCE = 'notes:delete';
const PARTNERS = 'mcp:tools';
const BOTH = `${PARTNERS} ${SOURCE}`;
const ELSEWHERE = { ...GRACE, sub: 'elsewhere', email: 'grace@partners.example' };
const NOTHING = { groups: [] };
/** Twelve hours, and more than the lifetime of an access token. */
const AGED = 43_201;

type Person = { browser: FederatedPerson['browser']; client: ServiceClient };

describe('whose groups change', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let service: Standalone;

  beforeAll(async () => {
    federated = await startFederatedService({ MCP_AUTH_OIDC_NAME: 'Company' }, rules);
    ({ service } = federated);
  });
  afterAll(() => federated.close());
  beforeEach(() => federated.reset());

  const at = (provider: 'source' | 'partners', browser?: FederatedPerson['browser']) =>
    provider === 'source'
      ? new FederatedPerson(service, federated.provider, browser)
      : new FederatedPerson(service, federated.other, browser, 'partners');
  const query = <Row>(sql: string, values: unknown[] = []) => service.dataSource.query<Row[]>(sql, values);
  const userId = async (email = GRACE.email) =>
    (await query<{ id: string }>(`SELECT id FROM mcp_auth."user" WHERE email = $1`, [email]))[0]?.id ?? '';
  const identityId = async (sub: string) =>
    (await query<{ id: string }>('SELECT id FROM mcp_auth.identity WHERE sub = $1', [sub]))[0]?.id ?? '';
  const connect = async (browser: FederatedPerson['browser'], groups: string[]) => {
    const other = at('partners', browser);
    const authorization = await other.leave(await browser.get(`${service.issuer}/account`));
    federated.other.say(authorization, { ...ELSEWHERE, groups });
    expect((await other.comeBack(authorization)).status).toBe(303);
  };
  const asAdministrator = async (
    action: string,
    values: Record<string, string> = {},
    email = GRACE.email,
  ) => {
    const path = `/admin/people/${await userId(email)}/${action}`;
    expect((await press(service, await signedIn(service), path, values)).status).toBe(303);
  };
  const merge = async (into = GRACE.email) =>
    asAdministrator('merge', await otherAccount(service, ELSEWHERE.email), into);
  const withClient = async ({ browser }: Pick<Person, 'browser'>): Promise<Person> => ({
    browser,
    client: await new ServiceClient(service, service.mcpUrl, undefined, browser).register(),
  });
  const atSource = async (groups: string[]) => {
    const person = at('source');
    await person.signIn({ ...GRACE, groups });
    return withClient(person);
  };
  const atPartners = async (groups: string[]) => {
    const person = at('partners');
    await person.signIn({ ...ELSEWHERE, groups });
    return withClient(person);
  };
  const atBoth = async () => {
    const person = await atSource(['finance']);
    await connect(person.browser, ['finance']);
    return person;
  };
  const withPassword = async () => {
    await service.addMember('eve@example.com', ['finance']);
    return withClient({ browser: await signedIn(service, 'eve@example.com') });
  };
  /** Scopes that a new authorization gives, in order; '' where it gives none. */
  const given = async ({ client }: Person) => {
    const page = await client.authorize('', BOTH);
    if (page.url.includes('/sign-in')) return 'sign in';
    if (page.status === 200 && !page.body.includes('value="approve"')) return '';
    const answer = page.status === 200 ? await client.approve(page) : page;
    const { body } = await client.token(client.codeFrom(answer));
    return sorted(body.scope);
  };
  const refreshed = async ({ client }: Person, token: string) => {
    const { status, body } = await client.refresh(token);
    return status === 200 ? sorted(body.scope) : `${status} ${body.error}`;
  };

  const ENDED = '400 invalid_grant';

  it.each<
    [
      how: string,
      begin: () => Promise<Person>,
      before: string,
      change: (person: Person) => Promise<unknown>,
      after: { token: 'lives' | 'ends'; refresh: string; anew: string },
    ]
  >([
    [
      'a sign-in that names none',
      () => atSource(['finance']),
      SOURCE,
      () => at('source').signIn({ ...GRACE, ...NOTHING }),
      { token: 'ends', refresh: ENDED, anew: '' },
    ],
    [
      'a sign-in that says nothing of them',
      () => atSource(['finance']),
      SOURCE,
      () => at('source').signIn({ ...GRACE, groups: undefined }),
      { token: 'ends', refresh: ENDED, anew: '' },
    ],
    [
      'a sign-in that names others',
      () => atSource(['finance']),
      SOURCE,
      () => at('source').signIn({ ...GRACE, groups: ['Finance', 'finance '] }),
      { token: 'ends', refresh: ENDED, anew: '' },
    ],
    [
      'a sign-in that names another beside them',
      () => atSource(['finance']),
      SOURCE,
      () => at('source').signIn({ ...GRACE, groups: ['a', 'finance'] }),
      { token: 'lives', refresh: SOURCE, anew: SOURCE },
    ],
    [
      'a sign-in at the other provider that names none',
      () => atPartners(['finance']),
      PARTNERS,
      () => at('partners').signIn({ ...ELSEWHERE, ...NOTHING }),
      { token: 'ends', refresh: ENDED, anew: '' },
    ],
    [
      'a sign-in with one of two identities that names none',
      atBoth,
      BOTH,
      () => at('source').signIn({ ...GRACE, ...NOTHING }),
      { token: 'ends', refresh: PARTNERS, anew: PARTNERS },
    ],
    [
      'a sign-in with the other one that names none',
      atBoth,
      BOTH,
      () => at('partners').signIn({ ...ELSEWHERE, ...NOTHING }),
      { token: 'ends', refresh: SOURCE, anew: SOURCE },
    ],
    [
      'an identity that is connected',
      () => atSource(['finance']),
      SOURCE,
      ({ browser }) => connect(browser, ['finance']),
      { token: 'lives', refresh: SOURCE, anew: BOTH },
    ],
    [
      'an identity that is connected to somebody whose groups were of nobody',
      withPassword,
      SOURCE,
      ({ browser }) => connect(browser, ['finance']),
      { token: 'ends', refresh: ENDED, anew: PARTNERS },
    ],
    [
      'an identity that the person removes',
      atBoth,
      BOTH,
      async ({ browser }) =>
        press(service, browser, '/account/identities/remove', { id: await identityId('elsewhere') }),
      { token: 'ends', refresh: SOURCE, anew: SOURCE },
    ],
    [
      'an identity that an administrator removes',
      atBoth,
      BOTH,
      async () => asAdministrator('identities/remove', { id: await identityId('elsewhere') }),
      { token: 'ends', refresh: SOURCE, anew: SOURCE },
    ],
    [
      'the identity of the session that an administrator removes',
      atBoth,
      BOTH,
      async () => asAdministrator('identities/remove', { id: await identityId('grace') }),
      { token: 'ends', refresh: PARTNERS, anew: 'sign in' },
    ],
    [
      'another account with groups that is merged into theirs',
      () => atSource(['finance']),
      SOURCE,
      async () => {
        await atPartners(['finance']);
        await merge();
      },
      { token: 'lives', refresh: SOURCE, anew: BOTH },
    ],
    [
      'an account with an identity that is merged into one whose groups were of nobody',
      withPassword,
      SOURCE,
      async () => {
        await atPartners(['finance']);
        await merge('eve@example.com');
      },
      { token: 'ends', refresh: ENDED, anew: PARTNERS },
    ],
    [
      'their account that is merged into another',
      () => atPartners(['finance']),
      PARTNERS,
      async () => {
        await atSource(['finance']);
        await merge();
      },
      { token: 'ends', refresh: ENDED, anew: 'sign in' },
    ],
    [
      'an account that is disabled',
      atBoth,
      BOTH,
      () => asAdministrator('disable'),
      { token: 'ends', refresh: ENDED, anew: 'sign in' },
    ],
    [
      'an account that is disabled and enabled',
      atBoth,
      BOTH,
      async () => {
        await asAdministrator('disable');
        await asAdministrator('enable');
      },
      { token: 'ends', refresh: ENDED, anew: 'sign in' },
    ],
    [
      'an account that is deleted',
      atBoth,
      BOTH,
      () => asAdministrator('delete', { sure: 'yes' }),
      { token: 'ends', refresh: ENDED, anew: 'sign in' },
    ],
    [
      'the end of their age',
      atBoth,
      BOTH,
      () =>
        query('UPDATE mcp_auth.identity SET "groupsReadAt" = $1', [
          new Date(service.clock.now() - AGED * 1000),
        ]),
      { token: 'lives', refresh: ENDED, anew: '' },
    ],
    [
      'the end of the age of one of two',
      atBoth,
      BOTH,
      () =>
        query(`UPDATE mcp_auth.identity SET "groupsReadAt" = $1 WHERE sub = 'grace'`, [
          new Date(service.clock.now() - AGED * 1000),
        ]),
      { token: 'lives', refresh: PARTNERS, anew: PARTNERS },
    ],
  ])(
    'has at once what the rules for the new ones give, and no more: %s',
    async (_, begin, before, change, after) => {
      const person = await begin();
      const tokens = await person.client.tokens('', BOTH);
      expect(sorted(tokens.scope)).toBe(before);
      expect(await isTaken(service, tokens.access_token)).toBe(true);
      await change(person);
      // What a token may do is felt before the person comes again, and not because they do.
      if (after.token === 'ends')
        await eventually(async () => !(await isTaken(service, tokens.access_token)));
      else expect(await isTaken(service, tokens.access_token)).toBe(true);
      expect(await refreshed(person, tokens.refresh_token)).toBe(after.refresh);
      expect(await given(person)).toBe(after.anew);
    },
  );

  it('is somebody whose address another provider speaks for: what it had goes to nobody', async () => {
    const id = await addPerson(service, GRACE.email, 'member');
    await query(`UPDATE mcp_auth."user" SET groups = '{finance}' WHERE id = $1`, [id]);
    const stranger = await withClient({ browser: await signedIn(service, GRACE.email) });
    const tokens = await stranger.client.tokens('', BOTH);
    expect(tokens.scope).toBe(SOURCE);
    const owner = at('source');
    await owner.signIn({ ...GRACE, ...NOTHING });
    await eventually(async () => !(await isTaken(service, tokens.access_token)));
    expect(await refreshed(stranger, tokens.refresh_token)).toBe(ENDED);
    expect(await given(stranger)).toBe('sign in');
    expect(await given(await withClient(owner))).toBe('');
  });
});

const sorted = (scope = '') => scope.split(' ').toSorted().join(' ');
