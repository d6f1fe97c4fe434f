import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { faultsOf } from '../../test/support/page-check.js';
import { addPerson, signedIn } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const HOSTILE = `"><script>alert(1)</script><b>\u202eevil`;

describe('long lists of the console', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
    await addPerson(service, 'carol@example.com', 'member');
  });
  afterAll(() => service.close());

  const get = (path: string, browser = ada) => browser.get(service.issuer + path);

  it('lead through all of many and back, in 60 kB a page', async () => {
    await service.dataSource.query(
      `INSERT INTO mcp_auth."oauthApplication" ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
        "tokenEndpointAuthMethod", "type", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), 'many-' || i, $1 || i, 'registered',
        ARRAY['https://' || i || '.example.com/a', 'http://127.0.0.1/b', 'cursor://c'], '{}', 'none', 'web',
        now() - i * interval '1 minute', now() FROM generate_series(1, 110) i`,
      [`${HOSTILE} many-`],
    );
    await service.dataSource.query(
      `INSERT INTO mcp_auth."oauthGrant" ("id", "clientId", "userId", "resource", "redirectUri", "scopes",
        "refreshable", "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt")
      SELECT gen_random_uuid(), 'many-' || (i % 110 + 1), u."subject", $1, 'https://a.example', '{mcp:tools}', true,
        now(), now(), now() + interval '1 year', now() - i * interval '1 hour'
      FROM generate_series(1, 105) i, mcp_auth."user" u WHERE u."email" = 'carol@example.com'`,
      [service.mcpUrl],
    );
    await service.dataSource.query(
      `INSERT INTO mcp_auth."user" ("id", "subject", "name", "email", "role", "createdAt", "updatedAt", "lastSignInAt", "groups")
      SELECT gen_random_uuid(), 'many-' || i, $1, 'many-' || i || '@example.com', 'member', now() - i % 7 * interval '1 day',
        now(), CASE WHEN i % 3 = 0 THEN now() - i % 5 * interval '1 day' END, ARRAY[$1, $1 || '2', $1 || '3']
      FROM generate_series(1, 110) i`,
      [HOSTILE],
    );
    const person = /href="(\/admin\/people\/[0-9a-f-]{36})"/g;
    const journeys: [string, RegExp, number][] = [
      ...[
        '',
        '&sort=-name',
        '&sort=email',
        '&sort=lastSignInAt',
        '&sort=-lastSignInAt',
        '&sort=-createdAt',
      ].map((sort): [string, RegExp, number] => [`/admin/people?search=many-${sort}`, person, 110]),
      ['/admin/clients?search=many-', /href="(\/admin\/clients\/[0-9a-f-]{36})"/g, 110],
      ['/admin/clients?search=many-&sort=-createdAt', /href="(\/admin\/clients\/[0-9a-f-]{36})"/g, 110],
      ['/admin/connections?client=many-', /grant=([0-9a-f-]{36})"/g, 105],
    ];
    for (const [path, row, count] of journeys) {
      const pages: string[][] = [];
      const step = async (from: string, link: string): Promise<void> => {
        const page = await get(from);
        expect([from, page.status, faultsOf(page.body), page.body.length < 60_000]).toEqual([
          from,
          200,
          [],
          true,
        ]);
        pages.push([...page.body.matchAll(row)].map(([, id]) => id ?? ''));
        const [, next] = new RegExp(`rel="${link}" href="([^"]+)"`).exec(page.body) ?? [];
        if (next !== undefined) return step(next.replaceAll('&amp;', '&'), link);
        if (link === 'next') last = from;
      };
      let last = '';
      await step(path, 'next');
      const on = pages.splice(0);
      expect([on.length, new Set(on.flat()).size]).toEqual([3, count]);
      await step(last, 'prev');
      expect(pages.toReversed()).toEqual(on);
    }
  });

  it('show auditors everything, and no button', async () => {
    await addPerson(service, 'olga@example.com', 'auditor');
    const olga = await signedIn(service, 'olga@example.com');
    for (const path of [
      '/admin/clients',
      '/admin/connections?client=many-',
      '/admin/people',
      '/admin/people/invitations',
    ]) {
      const { status, body } = await get(path, olga);
      const main = body.slice(body.indexOf('<main'));
      expect([path, status, /class="button[^"]*(danger|main)|method="post"/.exec(main)]).toEqual([
        path,
        200,
        null,
      ]);
    }
  });
});
