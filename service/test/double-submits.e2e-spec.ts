import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
    const page = await ada.get(`${service.issuer}/admin/people`);
    const form = { email: 'grace@example.com', role: 'auditor' };
    const [first, second] = await twice(async () =>
      shownLink(await ada.send(page, '/admin/invitations', form)),
    );
    expect(first).toMatch(/token=[\w-]{43}$/);
    expect(second).toBe(first);
    expect([await rows('invitation'), await noted('account.invite')]).toEqual([1, before + 1]);
  });

  it('makes another invitation once something else stands in it', async () => {
    const page = await ada.get(`${service.issuer}/admin/people`);
    const invite = async (email: string, role: string) =>
      shownLink(await ada.send(page, '/admin/invitations', { email, role }));
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
    const page = await ada.get(`${service.issuer}/admin/people/${eve}`);
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

  it('makes one rule, until one of its parts is another', async () => {
    const rule = {
      name: 'Engineers',
      resource: service.mcpUrl,
      groups: 'engineering',
      scopes: '',
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
});
