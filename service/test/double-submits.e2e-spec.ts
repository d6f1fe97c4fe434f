import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FirstAdministrator } from '../src/people/first-administrator.js';
import { Browser } from '../../test/support/browser.js';
import { addPerson, press, shownLink, signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';

describe('a form that is sent twice', () => {
  let service: Standalone;
  let ada: Browser;
  let eve: string;

  beforeAll(async () => {
    service = await startStandalone();
    eve = await addPerson(service, EVE, 'member');
    ada = await signedIn(service);
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    for (const table of ['invitation', 'passwordLink', 'accessRule'])
      await service.dataSource.query(`DELETE FROM mcp_auth."${table}"`);
  });

  const rows = async (table: string) =>
    (await service.dataSource.query<object[]>(`SELECT * FROM mcp_auth."${table}"`)).length;
  const noted = async (action: string) =>
    (await auditEvents(service)).filter((event) => event.action === action).length;

  it.each([
    ['one after the other', async (send: () => Promise<string>) => [await send(), await send()]],
    ['at once', (send: () => Promise<string>) => Promise.all([send(), send()])],
  ])('makes one invitation, and shows its link twice: %s', async (_name, twice) => {
    const before = await noted('account.invite');
    const page = await ada.get(`${service.issuer}/admin/people/invitations/new`);
    const form = { email: 'grace@example.com', role: 'auditor' };
    const [first, second] = await twice(async () =>
      shownLink(await ada.send(page, '/admin/people/invitations/new', form)),
    );
    expect(first).toMatch(/token=[\w-]{43}$/);
    expect(second).toBe(first);
    expect([await rows('invitation'), await noted('account.invite')]).toEqual([1, before + 1]);
  });

  it('makes another invitation once something else stands in it', async () => {
    const page = await ada.get(`${service.issuer}/admin/people/invitations/new`);
    const invite = async (email: string, role: string) =>
      shownLink(await ada.send(page, '/admin/people/invitations/new', { email, role }));
    const links = [
      await invite('a@example.com', 'member'),
      await invite('b@example.com', 'member'),
      await invite('a@example.com', 'auditor'),
    ];
    expect(new Set(links).size).toBe(3);
    expect(await rows('invitation')).toBe(2);
    const [of] = links;
    expect((await ada.get(of ?? '')).status).toBe(410);
  });

  it('makes one link for a password, and another one once that was used', async () => {
    const before = await noted('account.reset');
    const page = await ada.get(`${service.issuer}/admin/people/${eve}/password-link`);
    const make = async () => shownLink(await ada.send(page, `/admin/people/${eve}/password-link`));
    const [first, second] = await Promise.all([make(), make()]);
    expect(first).toMatch(/token=[\w-]{43}$/);
    expect(second).toBe(first);
    expect([await rows('passwordLink'), await noted('account.reset')]).toEqual([1, before + 1]);
    const form = { password: 'a brand new password', repeated: 'a brand new password' };
    const stranger = new Browser();
    expect((await stranger.send(await stranger.get(first), '/password', form)).status).toBe(303);
    const third = await make();
    expect(third).toMatch(/token=[\w-]{43}$/);
    expect(third).not.toBe(first);
    expect((await ada.get(first)).status).toBe(410);
  });

  it.each<[string, string, string, Record<string, string>, string]>([
    [
      'application',
      'client.add',
      '/admin/clients/new',
      { name: 'Wiki', redirectUris: 'https://wiki.example.com/callback', confidential: 'yes' },
      'name',
    ],
    [
      'service account',
      'service-account.change',
      '/admin/clients/new-service-account',
      { clientId: 'twice', name: 'Twice', scopes: '' },
      'clientId',
    ],
  ])('makes one %s, and shows its secret twice', async (_what, action, path, fields, changed) => {
    const form = { ...fields, ...('clientId' in fields && { resource: service.mcpUrl }) };
    const count = () => rows('oauthApplication');
    const [before, events] = [await count(), await noted(action)];
    const page = await ada.get(service.issuer + path);
    const shown = ({ status, body }: { status: number; body: string }) => [
      status,
      ...[...body.matchAll(/<textarea[^>]*>([^<]+)/g)].map(([, text]) => text),
    ];
    const answers = await Promise.all([1, 2, 3].map(() => ada.send(page, path, form)));
    const [first, ...others] = answers.map(shown);
    expect(first).toEqual([200, expect.any(String), expect.stringMatching(/^[\w-]{43}$/)]);
    for (const other of others) expect(other).toEqual(first);
    expect([await count(), await noted(action)]).toEqual([before + 1, events + 1]);
    const [, clientId, secret] = first as [number, string, string];
    const proved = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
    });
    expect(((await proved.json()) as { error: string }).error).not.toBe('invalid_client');
    const another = await ada.send(page, path, { ...form, [changed]: 'another-one' });
    expect([another.status, await count()]).toEqual([200, before + 2]);
    expect(shown(another)).not.toEqual(first);
    const again = await ada.send(await ada.get(service.issuer + path), path, form);
    expect([again.status, await count()]).toEqual('clientId' in form ? [409, before + 2] : [200, before + 3]);
  });

  it('makes one rule, until one of its parts is another', async () => {
    const rule = {
      name: 'Engineers',
      server: service.mcpUrl,
      groups: 'engineering',
      clients: '',
      meant: 'engineering\nsales',
    };
    const add = (more: object = {}) => press(service, ada, '/admin/access/rules', { ...rule, ...more });
    const answers = await Promise.all([add(), add(), add()]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await rows('accessRule')).toBe(1);
    await add({ groups: 'sales' });
    expect(await rows('accessRule')).toBe(2);
  });

  it('changes nothing a second time where it changes somebody', async () => {
    const before = await noted('account.disable');
    await Promise.all([1, 2].map(() => press(service, ada, `/admin/people/${eve}/disable`)));
    await Promise.all([1, 2].map(() => press(service, ada, `/admin/people/${eve}/enable`)));
    expect(await noted('account.disable')).toBe(before + 1);
  });

  describe('at the end of a link', () => {
    const NEW = 'a brand new password';
    const FORM = { password: NEW, repeated: NEW };
    const LINKS: [string, () => Promise<Standalone>, (on: Standalone) => Promise<Link>][] = [
      [
        'an invitation',
        async () => service,
        async () => {
          const page = await ada.get(`${service.issuer}/admin/people/invitations/new`);
          const values = { email: `${randomUUID()}@example.com`, role: 'member' };
          const url = shownLink(await ada.send(page, '/admin/people/invitations/new', values));
          return { url, action: '/invitation', form: { ...FORM, name: 'Grace' } };
        },
      ],
      [
        'a password link',
        async () => service,
        async () => {
          const id = await addPerson(service, `${randomUUID()}@example.com`, 'member');
          await signedIn(service, undefined, undefined, ada);
          const page = await ada.get(`${service.issuer}/admin/people/${id}/password-link`);
          const url = shownLink(await ada.send(page, `/admin/people/${id}/password-link`));
          return { url, action: '/password', form: FORM };
        },
      ],
      [
        'a set-up link',
        () => startStandalone({}, false),
        async (on) => {
          const token = await on.application.get(FirstAdministrator).issueLink();
          const form = { ...FORM, name: 'Ada', email: 'first@example.com' };
          return { url: `${on.issuer}/setup?token=${token}`, action: '/setup', form };
        },
      ],
    ];

    it.each(LINKS.flatMap(([name, ...link]) => [true, false].map((atOnce) => ({ name, link, atOnce }))))(
      'gets the same answer in the same browser: $name, at once: $atOnce',
      async ({ link: [start, make], atOnce }) => {
        const on = await start();
        const { url, action, form } = await make(on);
        const browser = new Browser();
        const page = await browser.get(url);
        const send = (more: object = {}, by = browser) => by.send(page, action, { ...form, ...more });
        const before = await count(on);
        const [first, second] = atOnce ? await Promise.all([send(), send()]) : [await send(), await send()];
        expect([first.status, second.status]).toEqual([303, 303]);
        expect(second.headers.get('location')).toBe(first.headers.get('location'));
        expect((await count(on)).events).toBe(before.events + 1);
        expect((await browser.get(`${on.issuer}${first.headers.get('location')}`)).status).toBe(200);

        // Not with another password, not in another browser, not for ever.
        const other = { password: 'quite another password', repeated: 'quite another password' };
        const rows = await count(on);
        expect((await send(other)).status).toBe(410);
        const stranger = new Browser();
        const { body } = await stranger.get(`${on.issuer}/sign-in`);
        const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
        const token = new URL(url).searchParams.get('token') ?? '';
        const theirs = await stranger.post(`${on.issuer}${action}`, { ...form, token, csrf });
        expect([theirs.status, theirs.headers.getSetCookie()]).toEqual([410, []]);
        on.clock.advance(601);
        expect((await send()).status).toBe(410);
        expect(await count(on)).toEqual(rows);
        if (on !== service) await on.close();
      },
    );

    const count = async (on: Standalone) => {
      const [{ people, sessions } = { people: 0, sessions: 0 }] = await on.dataSource.query<
        { people: number; sessions: number }[]
      >(
        `SELECT (SELECT count(*)::int FROM mcp_auth."user") AS "people",
          (SELECT count(*)::int FROM mcp_auth."session") AS "sessions"`,
      );
      const changes = ['account.create', 'account.password'];
      const events = (await auditEvents(on)).filter(({ action }) => changes.includes(action)).length;
      return { people, sessions, events };
    };
  });
});

interface Link {
  url: string;
  action: string;
  form: Record<string, string>;
}
