import { DiscoveryService } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { postgresUrl } from '../../test/support/app.js';
import { ServicePolicy } from '../src/policy/service-policy.js';
import { signedIn } from './support/administration.js';
import { declaredRoutes } from './support/declared-routes.js';
import { fillConsole } from './support/full-console.js';
import { plansOf, readWhole, sentDuring } from './support/sent-statements.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

/** What a page may ask of the database, and weigh in bytes. */
const MOST_STATEMENTS = 5;
const MOST_BYTES = 60_000;
/** Rows of each large table, where the plans are looked at. */
const ROWS = 20_000;
const LARGE = ['user', 'identity', 'session', 'oauthGrant', 'auditEvent'];
/** Not of the console: downloads, and what speaks with tokens. */
const OTHERS = /^GET \/admin\/(audit\/export|api|mcp)/;
/** Has invited people, as the one who looks has. */
const OTHER = `person-1.${'w'.repeat(15)}@example.com`;
const query = (values: Record<string, string>) => `?${new URLSearchParams(values).toString()}`;

describe.skipIf(!postgresUrl)('the figures of the console', () => {
  let service: Standalone;
  let ada: Browser;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    service = await startStandalone();
    await fillConsole(service);
    ada = await signedIn(service);
    await service.dataSource.query(`UPDATE mcp_auth."user" SET "role" = 'administrator' WHERE "email" = $1`, [
      OTHER,
    ]);
    for (const [name, text] of Object.entries({
      person: `SELECT "id" FROM mcp_auth."user" WHERE "email" = '${ADMINISTRATOR.email}'`,
      client: `SELECT "id" FROM mcp_auth."oauthApplication" WHERE "clientId" = 'client-1'`,
      rule: 'SELECT "id" FROM mcp_auth."accessRule" LIMIT 1',
      key: 'SELECT "kid" AS "id" FROM mcp_auth."signingKey" LIMIT 1',
      event: 'SELECT "id" FROM mcp_auth."auditEvent" LIMIT 1',
    })) {
      const [row] = await service.dataSource.query<{ id: string }[]>(text);
      ids.set(name, row?.id ?? '');
    }
  });
  afterAll(() => service.close());

  /** What stands in an address, and after it, where a page needs it. */
  const address = (path: string) => {
    const server = query({ server: service.mcpUrl });
    const after: Record<string, string> = {
      '/admin/access/applications/take-back': query({
        kind: 'client-1',
        isClient: 'yes',
        person: 'person-1',
      }),
      '/admin/people/:id/merge': query({ email: OTHER }),
      '/admin/connections/end': server,
      '/admin/servers/server': server,
      '/admin/servers/change': server,
      '/admin/servers/disable': server,
      '/admin/servers/credentials': server,
    };
    const kinds = ['people', 'clients', 'rules', 'keys', 'requests', 'audit'];
    const [kind = ''] = kinds.filter((each) => path.includes(`/${each}/:`));
    const id =
      { people: 'person', clients: 'client', rules: 'rule', keys: 'key', audit: 'event' }[kind] ?? '';
    return path.replace(/:\w+/, ids.get(id) ?? 'request-1') + (after[path] ?? '');
  };

  it('are five statements and 60 kB at most for every page, with long names and more rows than it shows', async () => {
    const controllers = service.application.get(DiscoveryService).getControllers();
    const routes = Object.entries(declaredRoutes(controllers.map(({ metatype }) => metatype)));
    const pages = routes.filter(
      ([route, audience]) =>
        route.startsWith('GET ') && audience.includes('administrator') && !OTHERS.test(route),
    );
    expect(pages.length).toBeGreaterThan(25);
    const figures: Record<string, [status: number, statements: string[], bytes: number]> = {};
    for (const [route] of pages) {
      const url = service.issuer + address(route.replace('GET ', ''));
      let page = await ada.get(url);
      let statements: string[] = [];
      // A round may have statements of the background in it, which an earlier request has set going.
      for (let round = 0; round === 0 || (statements.length > MOST_STATEMENTS && round < 3); round++) {
        const sent = await sentDuring(async () => {
          page = await ada.get(url);
        });
        statements = sent.filter(({ isOfRequest }) => isOfRequest).map(({ text }) => text.slice(0, 300));
      }
      figures[route] = [page.status, statements, Buffer.byteLength(page.body)];
    }
    const poor = Object.entries(figures).filter(
      ([, [status, statements, bytes]]) =>
        ![200, 303].includes(status) || statements.length > MOST_STATEMENTS || bytes > MOST_BYTES,
    );
    expect(poor).toEqual([]);
  });

  it('leaves no rule of an application out, page by page', async () => {
    await service.application.get(ServicePolicy).reload();
    const places: number[] = [];
    for (let path: string | undefined = '/admin/access/try?client=client-1'; path;) {
      const { status, body } = await ada.get(service.issuer + path);
      expect([status, Buffer.byteLength(body) < MOST_BYTES]).toEqual([200, true]);
      places.push(body.match(/<th role="rowheader"/g)?.length ?? 0);
      path = /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
    }
    // One of them is the example server's.
    expect(places).toEqual([40, 31]);
    const forged = await ada.get(`${service.issuer}/admin/access/try?client=client-1&after=x`);
    expect(forged.status).toBe(400);
  });

  describe('among many rows', () => {
    beforeAll(async () => {
      await service.dataSource.query(
        `INSERT INTO mcp_auth."auditEvent" ("id", "at", "action", "outcome", "userId", "clientId", "requestId", "detail", "position", "mac")
        SELECT gen_random_uuid(), now() - n * interval '1 hour', 'token.issue', 'success', 'somebody-' || n, 'of-' || n % 500, 'asked-' || n,
          jsonb_build_object('target', 'somebody-' || n), 200000 + n, 'made up' FROM generate_series(1, $1::integer) n`,
        [ROWS],
      );
      await service.dataSource.query(
        `INSERT INTO mcp_auth."oauthGrant" ("id", "clientId", "userId", "resource", "scopes", "refreshable", "authenticatedAt",
          "createdAt", "expiresAt", "lastUsedAt")
        SELECT gen_random_uuid(), 'client-' || 1 + n % 70, 'somebody-' || n, 'https://' || n % 40 || '.example.com', '{mcp:tools}', true,
          now(), now(), now() + interval '1 year', now() - n * interval '10 minutes' FROM generate_series(1, $1::integer) n`,
        [ROWS],
      );
      await service.dataSource.query(
        `INSERT INTO mcp_auth."user" ("id", "subject", "name", "email", "role")
        SELECT gen_random_uuid(), 'somebody-' || n, 'Somebody', 'somebody-' || n || '@example.com', 'member'
        FROM generate_series(1, $1::integer) n`,
        [ROWS],
      );
      await service.dataSource.query('ANALYZE');
    });

    it('names the exact number of connections before they end, and of people where they are few', async () => {
      const lead = async (filter: string) =>
        /<li>([\d,]+ connections.*?) end at once/.exec(
          (await ada.get(`${service.issuer}/admin/connections/end?${filter}`)).body,
        )?.[1];
      const few = 'server=https://1.example.com';
      expect(await lead(few)).toBe(`${ROWS / 40} connections of ${ROWS / 40} people`);
      expect(await lead('scope=mcp:tools')).toMatch(/^2\d,\d{3} connections$/);
    });

    const LATE = '2020-01-01';
    const PLACE = Buffer.from(JSON.stringify(['2026-01-01 00:00:00+00', crypto.randomUUID()]));
    it.each([
      '/',
      '/account',
      '/admin',
      '/admin/people',
      '/admin/people/:id',
      '/admin/clients',
      '/admin/clients?sort=-createdAt',
      '/admin/clients/:id',
      `/admin/connections?after=${PLACE.toString('base64url')}`,
      '/admin/connections?person=somebody-1@example.com',
      '/admin/connections?client=client-1',
      '/admin/connections?server=https://1.example.com',
      '/admin/connections?server=https://1.example.com&unused=90',
      '/admin/connections?unused=180',
      '/admin/audit',
      '/admin/audit?action=consent',
      '/admin/audit?outcome=refused',
      '/admin/audit?person=somebody-1@example.com',
      '/admin/audit?person=nobody@example.com',
      '/admin/audit?clientId=of-1',
      '/admin/audit?requestId=asked-1',
      `/admin/audit?until=${LATE}`,
      `/admin/audit?since=${LATE}&until=2020-02-01`,
      `/admin/audit?person=somebody-1@example.com&until=${LATE}`,
    ])('%s is found by an index', async (path) => {
      const url = service.issuer + (path.includes(':id') ? address(path) : path);
      const sent = await sentDuring(async () => {
        expect((await ada.get(url)).status).toBe(200);
      });
      const ofRequest = sent.filter(({ isOfRequest }) => isOfRequest);
      const plans = await plansOf(service.dataSource, ofRequest, { seqscan: false });
      expect(plans.length).toBeGreaterThan(0);
      for (const { text, plans: each } of plans)
        expect(
          each.flatMap((plan) => readWhole(plan, LARGE)),
          text,
        ).toEqual([]);
    });
  });
});
