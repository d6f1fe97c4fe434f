import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { AUDIT_TABLE, auditEvents, auditSealed } from './support/audit.js';
import type { Browser } from '../../test/support/browser.js';
import { PAGE_SIZE } from '../src/web/cursor.js';
import { signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe('a search of the audit', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  const get = (path = '') => ada.get(`${service.issuer}/admin/audit${path}`);
  const shown = (body: string) => body.match(/href="\/admin\/audit\/[0-9a-f-]{36}"/g)?.length ?? 0;

  it('says what no limit means in an event, and nothing of what is not known', async () => {
    const trail = service.application.get(AuditTrail);
    const nothing = { groups: null, scopes: null, clients: null, until: null, grants: null, via: [] };
    trail.record({ action: 'rule.add', outcome: 'success', detail: nothing });
    trail.record({ action: 'client.approve', outcome: 'success', detail: { target: null, until: null } });
    const [event = '', other = ''] = (await auditEvents(service)).slice(-2).map(({ id }) => id);
    const facts = async (id: string) =>
      [...(await get(`/${id}`)).body.matchAll(/<dt>([^<]*)<\/dt><dd><bdi>([^<]*)/g)].map(([, ...fact]) =>
        fact.join(': '),
      );
    expect(await facts(event)).toEqual(
      expect.arrayContaining([
        'Groups: Everyone',
        'Scopes: All',
        'Clients: Any',
        'Until: No end',
        'Via: None',
      ]),
    );
    expect(await facts(other)).toEqual(expect.arrayContaining(['For: Everyone', 'Until: No end']));
    for (const id of [event, other]) expect((await get(`/${id}`)).body).not.toMatch(/null|Grants/);
  });

  it('reads times in UTC, as the fields say, wherever the service runs', async () => {
    const [consent] = (await auditEvents(service)).filter(({ action }) => action === 'consent');
    const beside = (minutes: number) =>
      new Date((consent?.at.getTime() ?? 0) + minutes * 60_000).toISOString().slice(0, 16);
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Europe/Berlin';
    try {
      const count = async (query: string) => shown((await get(`?action=consent&${query}`)).body);
      expect(await count(`since=${beside(2)}`)).toBe(0);
      expect(await count(`since=${beside(-2)}&until=${beside(2)}`)).toBe(1);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('goes from page to page and back without leaving one out', async () => {
    for (let index = 0; index < 60; index++)
      await new ServiceClient(service, service.mcpUrl).register({ client_name: `Client ${index}` });
    await auditSealed(service);
    const ids = (body: string) =>
      [...body.matchAll(/href="\/admin\/audit\/([0-9a-f-]{36})"/g)].map(([, id]) => id);
    const beside = (body: string, rel: string) => {
      const [, path] = new RegExp(`rel="${rel}" href="/admin/audit([^"]+)"`).exec(body) ?? [];
      return path?.replaceAll('&amp;', '&');
    };
    // By time another index leads through them.
    for (const narrow of ['', '&since=2000-01-01', '&since=2000-01-01&until=2100-01-01']) {
      const first = await get(`?action=client.register${narrow}`);
      const second = await get(beside(first.body, 'next'));
      expect([ids(first.body).length, ids(second.body).length]).toEqual([PAGE_SIZE, 61 - PAGE_SIZE]);
      expect(new Set([...ids(first.body), ...ids(second.body)]).size).toBe(61);
      expect(beside(second.body, 'next')).toBeUndefined();
      const back = await get(beside(second.body, 'prev'));
      expect(ids(back.body)).toEqual(ids(first.body));
      expect(beside(back.body, 'prev')).toBeUndefined();
      expect(first.body.length).toBeLessThan(60_000);
    }
    // What the retention takes away while somebody looks.
    for (const narrow of ['', '&since=2000-01-01']) {
      const first = await get(`?action=client.register${narrow}`);
      const next = beside(first.body, 'next');
      const others = ids((await get(next)).body);
      // As the retention does, which may.
      await service.dataSource.query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
      await service.dataSource.query(`DELETE FROM ${AUDIT_TABLE} WHERE id = $1`, [ids(first.body).at(-1)]);
      await service.dataSource.query(`ALTER TABLE ${AUDIT_TABLE} ENABLE TRIGGER USER`);
      expect(ids((await get(next)).body)).toEqual(others);
    }
  });
});
