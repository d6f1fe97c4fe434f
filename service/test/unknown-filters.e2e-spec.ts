import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { signedIn } from './support/administration.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

/** Each list, and all that narrows it. */
const LISTS: [string, string][] = [
  ['/admin/people', 'search=a&role=member&state=active&method=password&group=a&signedIn=yes&sort=-email'],
  ['/admin/people/invitations', ''],
  ['/admin/people/:id/sessions', ''],
  ['/admin/clients', 'search=a&kind=&state=&sort=name'],
  ['/admin/connections', 'person=a@example.com&client=a&scope=a&unused=30'],
  ['/admin/connections/end', 'person=a@example.com&client=a&scope=a&unused=30'],
  ['/admin/access', 'q=a&server=https://a.example'],
  ['/admin/access/applications', ''],
  ['/admin/access/try', 'email=a@example.com&resource=&client='],
  ['/admin/audit', 'last=24h&action=sign-in&outcome=success&person=a&clientId=a&requestId=a&since=&until='],
  ['/admin/audit/export', 'last=24h&action=sign-in&outcome=success&person=a&clientId=a&format=csv'],
  ['/account/sessions', ''],
  ['/account/connections', ''],
];

describe('a filter that a list has not', () => {
  let service: Standalone;
  let ada: Browser;
  let id: string | undefined;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
    const rows = await service.dataSource.query<{ id: string }[]>(
      'SELECT id FROM mcp_auth."user" WHERE email = $1',
      [ADMINISTRATOR.email],
    );
    id = rows[0]?.id;
  });
  afterAll(() => service.close());

  const get = (path: string, query: string) =>
    ada.request(`${service.issuer}${path.replace(':id', id ?? '')}?${query}`, {
      headers: { accept: 'text/html' },
    });

  it.each(LISTS)('is refused by %s, which would have shown everything', async (path, known) => {
    const { status, body } = await get(path, `${known}&clientid=%3Cb%3E${'x'.repeat(10_000)}`);
    expect([status, body]).toEqual([400, expect.stringContaining('This list has no filter “clientid”')]);
    expect(body).toContain('Show everything');
    expect((await get(path, known)).status).toBe(200);
  });

  it.each([
    ['', 'Nothing says which connections are to end.'],
    ['server=&client=', 'Nothing says which connections are to end.'],
    ['resource=https://files.example.com/mcp', 'This list has no filter “resource”'],
    ['all=no', 'To end all connections, say all=yes.'],
    ['all=yes&client=edit', 'say one of the two'],
  ])('ends no connections, and offers to end none: %j', async (query, words) => {
    const asked = await get('/admin/connections/end', query);
    expect([asked.status, asked.body]).toEqual([400, expect.stringContaining(words)]);
    const csrf = /name="csrf" value="([^"]+)"/.exec((await get('/account', '')).body)?.[1] ?? '';
    const seen = { csrf, at: new Date(service.clock.now()).toISOString(), grants: '999' };
    const fields = { ...Object.fromEntries(new URLSearchParams(query)), ...seen };
    const sent = await ada.post(`${service.issuer}/admin/connections/end`, fields);
    expect([sent.status, sent.body]).toEqual([400, expect.stringContaining(words)]);
  });
});
