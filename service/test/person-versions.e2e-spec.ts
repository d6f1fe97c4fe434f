import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, type BrowserResponse, encode } from '../../test/support/browser.js';
import { Identity } from '../src/people/entities/identity.entity.js';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('what an administrator decides about a person that another has changed meanwhile', () => {
  let service: Standalone;
  let ada: Browser;
  let bob: Browser;
  let id: string;
  let other: string;
  let path: string;
  let identity: string;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
    await addPerson(service, 'bob@example.com', 'administrator');
    bob = await signedIn(service, 'bob@example.com');
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    id = await addPerson(service, `${randomUUID()}@example.com`, 'member');
    other = await addPerson(service, `${randomUUID()}@example.com`, 'member');
    path = `/admin/people/${id}`;
    identity = randomUUID();
    const createdAt = new Date(service.clock.now());
    const row = { id: identity, userId: id, issuer: 'https://idp.example', sub: identity, createdAt };
    const rest = { groups: [], groupsReadAt: null, provesAddress: false, isSource: false };
    await service.dataSource.getRepository(Identity).insert({ ...row, ...rest });
  });

  /** Of the form with this action. */
  const hiddenFields = ({ body }: BrowserResponse, action: string) => {
    const form =
      (body.match(/<form[^>]*>[^]*?<\/form>/g) ?? []).find((one) => one.includes(`action="${action}`)) ?? '';
    const fields = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
    return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
  };
  const get = (at: string) => ada.request(service.issuer + at, { headers: { accept: 'text/html' } });
  const stored = async () => [
    await everything(service),
    await service.dataSource.query('SELECT * FROM mcp_auth."identity" ORDER BY "id"'),
  ];
  const emailOf = async (of: string) =>
    (
      await service.dataSource.query<{ email: string }[]>('SELECT email FROM mcp_auth."user" WHERE id = $1', [
        of,
      ])
    )[0]?.email ?? '';
  const promote = async (who: string) => {
    const answer = await press(service, bob, `/admin/people/${who}/role`, { role: 'administrator' });
    expect(answer.status).toBe(303);
  };
  const rename = async () => {
    const answer = await press(service, bob, `${path}/email`, { email: `${randomUUID()}@example.com` });
    expect(answer.status).toBe(303);
  };

  interface Decision {
    /** The page that is looked at, and the route that its form is sent to. */
    page?: string;
    to: string;
    values?: () => Record<string, string>;
    before?: () => Promise<unknown>;
    elsewhere?: () => Promise<void>;
  }
  const merge = async () => `/merge?email=${await emailOf(other)}`;

  it.each<[string, Decision]>([
    ['a deletion', { page: '/delete', to: '/delete' }],
    ['disabling', { page: '/disable', to: '/disable' }],
    ['another role', { to: '/role', values: () => ({ role: 'auditor' }) }],
    ['another email', { to: '/email', values: () => ({ email: `${randomUUID()}@example.com` }) }],
    ['a link for a password', { page: '/password-link', to: '/password-link' }],
    ['an identity less', { to: '/identities/remove', values: () => ({ id: identity, last: 'yes' }) }],
    ['a merge into them', { page: 'merge', to: '/merge' }],
    ['a merge of them', { page: 'merge', to: '/merge', elsewhere: () => promote(other) }],
    [
      'enabling',
      {
        to: '/enable',
        before: () => press(service, bob, `${path}/disable`),
        elsewhere: rename,
      },
    ],
  ])('is refused with how they are now, and nothing is done: %s', async (_, decision) => {
    const { page = '', to, values = () => ({}), before, elsewhere = () => promote(id) } = decision;
    await before?.();
    const shown = await get(path + (page === 'merge' ? await merge() : page));
    expect(shown.status).toBe(200);
    await elsewhere();
    const then = await stored();
    const answer = await ada.send(shown, path + to, values());
    expect([answer.status, answer.body]).toEqual([
      409,
      expect.stringContaining('Somebody has changed this account since you opened the page'),
    ]);
    expect(answer.body).toMatch(/ is (administrator and enabled|member and disabled) now\. Nothing was done/);
    expect(await stored()).toEqual(then);
    // Whoever looks again may.
    const again = await get(path + (page === 'merge' ? await merge() : page));
    const done = await ada.send(again, path + to, values());
    expect(done.status).toBe(to === '/password-link' ? 200 : 303);
  });

  it.each(['delete', 'disable', 'enable', 'role', 'email', 'password-link', 'identities/remove', 'merge'])(
    'is out of date without what was seen, and nothing is done: %s',
    async (change) => {
      const before = await stored();
      const form = { role: 'auditor', email: 'new@example.com', id: identity, last: 'yes', other };
      const { body } = await get('/account');
      const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
      const answer = await ada.post(`${service.issuer}${path}/${change}`, { csrf, ...form });
      expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('out of date')]);
      expect(await stored()).toEqual(before);
    },
  );

  it('ends the connections that were counted, and none that was made since', async () => {
    const email = await emailOf(id);
    const connect = async () => {
      const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: 'Editor' });
      return client.tokens(email, 'mcp:tools');
    };
    await connect();
    const shown = await get(`${path}/connections/end-all`);
    service.clock.advance(1);
    await connect();
    const living = () =>
      service.dataSource.query(
        'SELECT id FROM mcp_auth."oauthGrant" WHERE "userId" = $1 AND "revokedAt" IS NULL',
        [id],
      );
    const before = await everything(service);
    const fewer = await ada.send(shown, `${path}/connections/end-all`, { grants: '0' });
    expect([fewer.status, fewer.body]).toEqual([
      409,
      expect.stringContaining('These are 1 connections by now'),
    ]);
    expect(await everything(service)).toBe(before);
    expect((await ada.send(shown, `${path}/connections/end-all`)).status).toBe(303);
    expect(await living()).toHaveLength(1);
  });

  it('is refused of a server, too, with how it is now', async () => {
    const server = 'https://files.example.com/mcp';
    const form = { identifier: server, name: 'Files', scopes: 'files:read Read your files' };
    await press(service, bob, '/admin/servers/add', form);
    const query = `?${new URLSearchParams({ server }).toString()}`;
    const version = async () =>
      /name="version" value="([^"]+)"/.exec((await get(`/admin/servers/change${query}`)).body)?.[1] ?? '';
    for (const change of ['disable', 'enable']) {
      const shown = await get(`/admin/servers/${change === 'disable' ? change : 'server'}${query}`);
      const changed = { ...form, name: `Files to ${change}`, version: await version() };
      expect((await press(service, bob, '/admin/servers/change', changed)).status).toBe(303);
      const before = await everything(service);
      const body = encode(hiddenFields(shown, `/admin/servers/${change}`));
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
      const answer = await ada.request(`${service.issuer}/admin/servers/${change}`, {
        method: 'POST',
        headers,
        body,
      });
      expect([answer.status, answer.body]).toEqual([409, expect.stringContaining('look at it again first')]);
      expect(answer.body).toContain('Look at the server again');
      expect(await everything(service)).toBe(before);
      expect((await press(service, bob, `/admin/servers/${change}`, { server })).status).toBe(303);
    }
  });
});
