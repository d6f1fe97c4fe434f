import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { addPerson, signedIn } from './support/administration.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const ADMINISTRATION = [
  'Overview',
  'People',
  'Applications',
  'MCP servers',
  'Connections',
  'Access rules',
  'Approvals',
  'Try access',
  'Audit',
  'Keys',
  'Identity providers',
  'Settings',
];

describe('the pages of the service', () => {
  let service: Standalone;
  let browsers: Record<string, Browser>;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'member@example.com', 'member');
    await addPerson(service, 'auditor@example.com', 'auditor');
    browsers = {
      member: await signedIn(service, 'member@example.com'),
      auditor: await signedIn(service, 'auditor@example.com'),
      administrator: await signedIn(service, ADMINISTRATOR.email),
    };
  });
  afterAll(() => service.close());

  it.each([
    ['member', []],
    ['auditor', ADMINISTRATION],
    ['administrator', ADMINISTRATION],
  ])('make the navigation of a page: for a %s %j', async (role, more) => {
    const { body } = await (browsers[role] ?? new Browser()).get(`${service.issuer}/account/password`);
    const [nav = ''] = /<nav[^]*?<\/nav>/.exec(body) ?? [];
    expect([...nav.matchAll(/>([^<]+)<\/a>/g)].map(([, text]) => text)).toEqual([
      'Start',
      'Account',
      ...more,
    ]);
    expect(/<a href="([^"]+)" aria-current="page"/.exec(nav)?.[1]).toBe('/account');
  });
});
