import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../src/people/entities/user.entity.js';
import { cursorText } from '../src/web/cursor.js';
import { statementsSoFar } from '../../test/support/app.js';
import type { Browser } from '../../test/support/browser.js';
import { faultsOf } from '../../test/support/page-check.js';
import { adminToken, api } from './support/admin-client.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const ID = '00000000-0000-4000-8000-000000000000';

describe('the list of people', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  const list = (query = '') =>
    ada.request(`${service.issuer}/admin/people${query}`, { headers: { accept: 'text/html' } });
  const emails = (body: string) =>
    [...body.matchAll(/<bdi>(\S+@\S+)<\/bdi>/g)].map(([, email]) => email ?? '');

  it.each([
    '?role=robot',
    '?state=asleep',
    '?signedIn=perhaps',
    '?search=%00',
    '?search=a&search=b',
    `?search=${'x'.repeat(5_000)}`,
    `?group=${'x'.repeat(5_000)}`,
    '?after=x',
    `?sort=lastSignInAt&after=${cursorText(['infinity', ID])}`,
    `?sort=lastSignInAt&after=${cursorText(['-infinity', 'x'])}`,
    `?sort=-createdAt&before=${cursorText(['2026-02-30 00:00:00+00', ID])}`,
    `?sort=createdAt&after=${cursorText(['a', 'a'])}`,
    '/invitations?after=x',
    `/invitations?after=${cursorText(['x 1', ID])}`,
  ])('refuses %s in one sentence', async (query) => {
    const page = await list(query);
    expect([page.status, faultsOf(page.body)]).toEqual([400, []]);
  });

  it('narrows by role, state, way to sign in, group and sign-in, on the page as in the API', async () => {
    const token = await adminToken(service, 'admin:read');
    const [one, other] = [
      await addPerson(service, 'f1@filter.example', 'auditor'),
      await addPerson(service, 'f2@filter.example', 'member'),
    ];
    await addPerson(service, 'f3@filter.example', 'member');
    const users = service.dataSource.getRepository(User);
    await users.update({ id: one }, { disabledAt: new Date(0), groups: ['finance', 'a:b'] });
    await users.update({ id: other }, { lastSignInAt: new Date(0) });
    await service.dataSource.query('DELETE FROM mcp_auth."account" WHERE "userId" = $1', [other]);
    const issuer = 'https://login.example';
    await service.dataSource.query(
      `INSERT INTO mcp_auth."identity" (id, "userId", issuer, sub, groups, "createdAt")
      VALUES (gen_random_uuid(), $1, $2, 'f2', '{finance}', now())`,
      [other, issuer],
    );
    const cases: [string, number[]][] = [
      ['', [1, 2, 3]],
      ['role=auditor', [1]],
      ['state=disabled', [1]],
      ['state=active', [2, 3]],
      ['method=password', [1, 3]],
      [`method=${encodeURIComponent(issuer)}`, [2]],
      ['method=none', []],
      // Without a provider a group is that of a person without an identity.
      ['group=finance', [1]],
      ['group=a%3Ab', [1]],
      ['group=fin', []],
      ['signedIn=never', [1, 3]],
      ['signedIn=yes', [2]],
      ['role=member&state=active&signedIn=never', [3]],
    ];
    for (const [query, numbers] of cases) {
      const wanted = numbers.map((number) => `f${number}@filter.example`);
      const page = await list(`?search=filter.example&${query}`);
      expect([query, emails(page.body)]).toEqual([query, wanted]);
      if (wanted.length > 0)
        expect(page.body).toContain(wanted.length === 1 ? '1 person<' : `${wanted.length} people<`);
      const { status, body } = await api(service, token, 'GET', `/people?search=filter.example&${query}`);
      const items = body['items'] as { email: string }[];
      expect([query, status, items.map(({ email }) => email), body['count']]).toEqual([
        query,
        200,
        wanted,
        wanted.length,
      ]);
    }
  });

  it('stands in the order that is asked for, those who never signed in at its beginning', async () => {
    const users = service.dataSource.getRepository(User);
    const times = [null, 3, 1, null];
    for (const [index, name] of ['Bob', 'alice', 'Carl', 'Dora'].entries()) {
      const id = await addPerson(service, `o${index}@order.example`, 'member');
      const time = times[index];
      const lastSignInAt = typeof time === 'number' ? new Date(time) : null;
      await users.update({ id }, { name, lastSignInAt, createdAt: new Date(10 - index) });
    }
    const order = async (sort: string) =>
      emails((await list(`?search=order.example${sort}`)).body).map((email) => Number(email[1]));
    expect(await order('')).toEqual([1, 0, 2, 3]);
    expect(await order('&sort=-name')).toEqual([3, 2, 0, 1]);
    expect(await order('&sort=email')).toEqual([0, 1, 2, 3]);
    expect(await order('&sort=createdAt')).toEqual([3, 2, 1, 0]);
    expect((await order('&sort=lastSignInAt')).slice(2)).toEqual([2, 1]);
    expect((await order('&sort=-lastSignInAt')).slice(0, 2)).toEqual([1, 2]);
  });

  it('shows open invitations on a page of their own, and takes one back with a line that says so', async () => {
    await press(service, ada, '/admin/people/invitations/new', {
      email: 'open@example.com',
      role: 'auditor',
    });
    expect((await list()).body).toContain('1 open invitation<');
    const open = await list('/invitations');
    expect([open.status, faultsOf(open.body), emails(open.body)]).toEqual([200, [], ['open@example.com']]);
    const answer = await ada.send(open, '/admin/people/invitations/remove');
    const next = await ada.follow(answer, service.issuer);
    expect(next.body).toContain('The invitation is taken back');
    expect(next.body).toContain('No invitation is open');
    expect((await list()).body).not.toContain('open invitation');
  });

  it('asks the database five times at most', async () => {
    const counts: number[] = [];
    for (let round = 0; round < 8; round++) {
      const before = statementsSoFar();
      await list('?search=example&group=finance');
      counts.push(statementsSoFar() - before);
    }
    // Other rounds have the background's statements in them.
    expect(Math.min(...counts)).toBeLessThanOrEqual(5);
  });
});
