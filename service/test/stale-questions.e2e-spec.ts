import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, encode } from '../../test/support/browser.js';
import { parseForm } from '../../test/support/html-form.js';
import { signedIn } from './support/administration.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';
import { ServiceClient } from './support/service-client.js';

const PUBLISHED = 'https://published.example/';

describe('a question that is answered after ten minutes', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    const { dataSource, mcpUrl } = service;
    await (await new ServiceClient(service, mcpUrl).register()).tokens(ADMINISTRATOR.email, 'mcp:tools');
    await dataSource.query(
      `INSERT INTO mcp_auth."clientDecision" ("kind", "isClient", "userId", "outcome", "decidedAt", "decidedBy")
      VALUES ($1, false, '', 'refused', now(), 'somebody')`,
      [PUBLISHED],
    );
  });
  afterAll(() => service.close());

  const asPage = { accept: 'text/html' };

  it.each<[string, () => Record<string, string>]>([
    ['/admin/servers/disable', () => ({ server: service.mcpUrl })],
    ['/admin/servers/credentials', () => ({ server: service.mcpUrl })],
    ['/admin/connections/end', () => ({ person: ADMINISTRATOR.email })],
    ['/admin/access/applications/take-back', () => ({ kind: PUBLISHED, isClient: 'no', person: '' })],
    ['/admin/settings/sign-out', () => ({ disconnect: 'yes' })],
  ])('leads back to itself at %s, once somebody has signed in again', async (path, query) => {
    const ada = await signedIn(service, ADMINISTRATOR.email, undefined, new Browser());
    const page = await ada.get(`${service.issuer}${path}?${encode(query())}`);
    expect(page.status).toBe(200);
    const [title] = /<h1>[^]*?<\/h1>/.exec(page.body) ?? [];
    const forms = (page.body.match(/<form[^>]*>[^]*?<\/form>/g) ?? []).map(parseForm);
    const form = forms.find(({ action }) => action.startsWith(path));
    service.clock.advance(601);
    const refused = await ada.request(new URL(form?.action ?? '', service.issuer).href, {
      method: 'POST',
      headers: { ...asPage, 'content-type': 'application/x-www-form-urlencoded' },
      body: encode(form?.fields ?? []),
    });
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.stringContaining('more than ten minutes ago'),
    ]);
    const [, link = ''] = /<a class="button" href="([^"]+)">Sign in again/.exec(refused.body) ?? [];
    const back = new URL(link.replaceAll('&amp;', '&'), service.issuer).searchParams.get('page') ?? '';
    const again = await (await signedIn(service)).get(service.issuer + back);
    expect([again.status, again.body]).toEqual([200, expect.stringContaining(title ?? 'nothing')]);
  });
});
