import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, encode } from '../../test/support/browser.js';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';
const STALE = 'You signed in more than ten minutes ago.';

describe('power that an administrator gives', () => {
  let service: Standalone;
  let ada: Browser;
  let id: string;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    await service.dataSource.query('DELETE FROM mcp_auth."user" WHERE email = $1', [EVE]);
    id = await addPerson(service, EVE, 'member');
    ada = await signedIn(service);
  });

  /** As a browser does it, which gets a page. */
  const send = async (path: string, form: Record<string, string> = {}) => {
    const { body } = await ada.get(`${service.issuer}/account`);
    const csrf = /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
    return ada.request(service.issuer + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body: encode({ csrf, ...form }),
    });
  };
  const forms = (role: string): [string, Record<string, string>, string][] => [
    [`/admin/people/${id}/role`, { role }, `/admin/people/${id}`],
    [
      '/admin/people/invitations/new',
      { email: `${role}@new.example.com`, role },
      '/admin/people/invitations/new',
    ],
  ];

  it.each(['auditor', 'administrator'])(
    'as %s wants a sign-in of the last ten minutes, and leads back to the page with the form',
    async (role) => {
      service.clock.advance(601);
      const before = await everything(service);
      for (const [path, form, page] of forms(role)) {
        const { status, body } = await send(path, form);
        expect([status, body]).toEqual([403, expect.stringContaining(STALE)]);
        const [, link = ''] = /<a class="button" href="([^"]+)">Sign in again/.exec(body) ?? [];
        const back = new URL(link.replaceAll('&amp;', '&'), service.issuer).searchParams.get('page');
        expect(back).toBe(page);
        expect((await (await signedIn(service)).get(service.issuer + (back ?? ''))).status).toBe(200);
      }
      expect(await everything(service).then(withoutSessions)).toEqual(withoutSessions(before));
      const fresh = await signedIn(service);
      for (const [path, form] of forms(role))
        expect((await press(service, fresh, path, form)).status).toBeLessThan(400);
    },
  );

  it('is none for a member: that role is given and taken to at any time', async () => {
    service.clock.advance(601);
    for (const [path, form] of forms('member'))
      expect((await press(service, ada, path, form)).status).toBeLessThan(400);
  });

  it('comes with an application that is let in again, and the way back leads to its page', async () => {
    service.clock.advance(601);
    const { body } = await send(`/admin/clients/${id}/unblock`);
    expect(body).toContain(STALE);
    expect(body).toContain(`page=${encodeURIComponent(`/admin/clients/${id}`)}&amp;`);
  });
});

/** Everybody who signed in to look has one. */
function withoutSessions(rows: string): unknown[] {
  return (JSON.parse(rows) as unknown[]).filter((_, index) => index !== 2);
}
