import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpResources } from 'nestjs-mcp-auth';
import { faultsOf } from '../../test/support/page-check.js';
import type { Browser } from '../../test/support/browser.js';
import { User } from '../src/people/entities/user.entity.js';
import { ServicePolicy } from '../src/policy/service-policy.js';
import { addPerson, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const COUNT = 44;
const EVE = 'eve@example.com';
/** Of strangers, and longer than most. */
const NAME = `"><b>\u202e${'W'.repeat(50)}`;
const MOST_BYTES = 60_000;
const place = (index: number) => `https://server-${index}.example.com/mcp`;

describe('a company with many MCP servers', () => {
  let service: Standalone;
  let ada: Browser;
  let eve: Browser;
  let id: string;

  beforeAll(async () => {
    service = await startStandalone();
    const resources = service.application.get(McpResources);
    for (let index = 0; index < COUNT; index++)
      await resources.save({
        identifier: place(index),
        name: `${NAME}${index}`,
        scopes: { tools: 'Use it' },
      });
    await service.dataSource.query(
      `INSERT INTO mcp_auth."accessRule" ("id", "name", "resource", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), 'Everyone', "identifier", now(), now() FROM mcp_auth."oauthResource"
      WHERE "identifier" LIKE 'https://server-%'`,
    );
    await service.application.get(ServicePolicy).reload();
    id = await addPerson(service, EVE, 'member');
    ada = await signedIn(service);
    eve = await signedIn(service, EVE);
  });
  afterAll(() => service.close());

  const page = async (browser: Browser, path: string) => {
    const { status, body } = await browser.get(service.issuer + path);
    const faults = faultsOf(body).filter((fault) => fault !== 'a script');
    expect([path, status, faults]).toEqual([path, 200, []]);
    expect(Buffer.byteLength(body)).toBeLessThan(MOST_BYTES);
    return body;
  };
  const next = (body: string) => /rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const named = (body: string) => new Set(body.match(/server-\d+\.example\.com/g)).size;
  const rows = (body: string) => body.match(/<th role="rowheader"/g)?.length;

  it('shows a person all of theirs on the start page, page by page, and what connects one on its own', async () => {
    const { subject } = await service.dataSource.getRepository(User).findOneByOrFail({ id });
    const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: NAME });
    await service.dataSource.query(
      `INSERT INTO mcp_auth."oauthGrant" ("id", "clientId", "userId", "resource", "redirectUri", "scopes", "refreshable",
        "authenticatedAt", "createdAt", "expiresAt", "lastUsedAt")
      SELECT gen_random_uuid(), $3, $1, $2, 'https://a.example', '{tools}', true, now(), now(), now() + interval '1 year', now()
      FROM generate_series(1, 30) n`,
      [subject, place(1), client.clientId],
    );
    const first = await page(eve, '/');
    const second = await page(eve, next(first));
    expect([rows(first), rows(second), next(second)]).toEqual([40, COUNT - 39, '']);
    expect(named(first + second)).toBe(COUNT);
    expect(first).not.toContain('claude mcp add');
    const link = new RegExp(`href="(/\\?server=${encodeURIComponent(place(1))})"`).exec(first + second)?.[1];
    const one = await page(eve, link ?? '');
    expect([named(one), one.includes('claude mcp add'), one.includes('All of your servers')]).toEqual([
      1,
      true,
      true,
    ]);
    expect(rows(await page(eve, '/?server=https://elsewhere.example/mcp'))).toBe(40);
  });

  it('shows administrators some of them on the page of a person, and all where access is tried', async () => {
    const body = await page(ada, `/admin/people/${id}`);
    const [, path = '', count] = /<a href="([^"]+)">All (\d+) servers</.exec(body) ?? [];
    const first = await page(ada, path.replaceAll('&amp;', '&'));
    const second = await page(ada, next(first));
    expect([rows(first), rows(second), next(second)]).toEqual([40, Number(count) - 40, '']);
    expect(Number(count)).toBeGreaterThan(COUNT);
  });

  it('shows everything of four on the start page, for whoever runs the service too', async () => {
    await service.dataSource.query(`DELETE FROM mcp_auth."accessRule" WHERE NOT "resource" = ANY ($1)`, [
      [place(0), place(1), place(2)],
    ]);
    await service.application.get(ServicePolicy).reload();
    const body = await page(ada, '/');
    expect([named(body), body.match(/claude mcp add/g)?.length]).toEqual([3, 4]);
  });
});
