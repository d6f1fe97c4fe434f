import { randomUUID } from 'node:crypto';
import { DiscoveryService } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { ROLES } from '../src/web/roles.js';
import { Browser } from '../../test/support/browser.js';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { adminToken, API, api } from './support/admin-client.js';
import { declaredRoutes } from './support/declared-routes.js';
import { ADMINISTRATOR, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const EVERYBODY = ROLES.join(', ');
const VIEWERS = 'auditor, administrator';
const PROBLEM = 'application/problem+json; charset=utf-8';
const AUDITORS = ['admin:read', 'admin:audit'];
const ID = '00000000-0000-4000-8000-000000000000';

/** Who may use which route; one that is not listed here fails the test. */
const ROUTES: Record<string, string> = {
  'GET /': EVERYBODY,
  'GET /account': EVERYBODY,
  'POST /account/identities/remove': EVERYBODY,
  'POST /account/sessions/end': EVERYBODY,
  'POST /account/sessions/end-others': EVERYBODY,
  'GET /account/password': EVERYBODY,
  'POST /account/password': EVERYBODY,
  'GET /account/password/changed': EVERYBODY,
  'POST /connections/end': EVERYBODY,
  'GET /admin': VIEWERS,
  'GET /admin/people': VIEWERS,
  'GET /admin/people/:id': VIEWERS,
  'POST /admin/people/:id/role': 'administrator',
  'POST /admin/people/:id/disable': 'administrator',
  'POST /admin/people/:id/enable': 'administrator',
  'POST /admin/people/:id/sessions/end': 'administrator',
  'POST /admin/people/:id/connections/end': 'administrator',
  'POST /admin/people/:id/connections/end-all': 'administrator',
  'POST /admin/people/:id/password-link': 'administrator',
  'POST /admin/people/:id/identities/remove': 'administrator',
  'POST /admin/people/:id/email': 'administrator',
  'POST /admin/people/:id/merge': 'administrator',
  'POST /admin/people/:id/delete': 'administrator',
  'POST /admin/invitations': 'administrator',
  'POST /admin/invitations/remove': 'administrator',
  'GET /admin/access': VIEWERS,
  'POST /admin/access/rules': 'administrator',
  'GET /admin/access/rules/new': 'administrator',
  'GET /admin/access/rules/:id': VIEWERS,
  'POST /admin/access/rules/:id': 'administrator',
  'GET /admin/access/rules/:id/remove': 'administrator',
  'POST /admin/access/rules/:id/remove': 'administrator',
  'GET /admin/access/applications': VIEWERS,
  'GET /admin/access/applications/requests/:id': VIEWERS,
  'POST /admin/access/applications/requests/:id': 'administrator',
  'POST /admin/access/applications/beforehand': 'administrator',
  'GET /admin/access/applications/take-back': 'administrator',
  'POST /admin/access/applications/take-back': 'administrator',
  'GET /admin/access/try': VIEWERS,
  'GET /admin/clients': VIEWERS,
  'GET /admin/clients/new': 'administrator',
  'POST /admin/clients/new': 'administrator',
  'GET /admin/clients/new-service-account': 'administrator',
  'POST /admin/clients/new-service-account': 'administrator',
  'GET /admin/clients/:id': VIEWERS,
  'GET /admin/clients/:id/block': 'administrator',
  'POST /admin/clients/:id/block': 'administrator',
  'POST /admin/clients/:id/unblock': 'administrator',
  'GET /admin/clients/:id/delete': 'administrator',
  'POST /admin/clients/:id/delete': 'administrator',
  'GET /admin/clients/:id/secret': 'administrator',
  'POST /admin/clients/:id/secret': 'administrator',
  'GET /admin/connections': VIEWERS,
  'GET /admin/connections/end': 'administrator',
  'POST /admin/connections/end': 'administrator',
  'GET /admin/servers': VIEWERS,
  'GET /admin/servers/add': 'administrator',
  'POST /admin/servers/add': 'administrator',
  'GET /admin/servers/server': VIEWERS,
  'POST /admin/servers/check': VIEWERS,
  'GET /admin/servers/change': 'administrator',
  'POST /admin/servers/change': 'administrator',
  'GET /admin/servers/disable': 'administrator',
  'POST /admin/servers/disable': 'administrator',
  'POST /admin/servers/enable': 'administrator',
  'GET /admin/servers/credentials': 'administrator',
  'POST /admin/servers/credentials': 'administrator',
  'GET /admin/keys': VIEWERS,
  'POST /admin/keys/:kid/rotate': 'administrator',
  'GET /admin/keys/:kid/compromised': 'administrator',
  'POST /admin/keys/:kid/compromised': 'administrator',
  'GET /admin/settings': VIEWERS,
  'POST /admin/settings': 'administrator',
  'GET /logo/:hash': 'anyone',
  'POST /admin/settings/logo': 'administrator',
  'POST /admin/settings/logo/remove': 'administrator',
  'GET /admin/settings/sign-out': 'administrator',
  'POST /admin/settings/sign-out': 'administrator',
  'GET /admin/audit': VIEWERS,
  'GET /admin/audit/export': VIEWERS,
  'GET /sign-in': 'anyone',
  'POST /sign-in': 'anyone',
  'POST /sign-out': 'anyone',
  'POST /sign-in/continue': EVERYBODY,
  'POST /sign-in/:provider': 'anyone',
  'GET /sign-in/:provider/callback': 'anyone',
  'GET /setup': 'anyone',
  'POST /setup': 'anyone',
  'GET /invitation': 'anyone',
  'POST /invitation': 'anyone',
  'GET /password': 'anyone',
  'POST /password': 'anyone',
  'GET /password/set': 'anyone',
  'GET /health/live': 'anyone',
  'GET /health/ready': 'anyone',
  'GET /metrics': 'anyone',
  'POST /mcp': 'anyone',
  'GET /mcp': 'anyone',
  'DELETE /mcp': 'anyone',
  'GET /admin/api/v1/openapi.json': 'anyone',
  'GET /admin/api/v1/people': 'token admin:read',
  'GET /admin/api/v1/people/:id': 'token admin:read',
  'GET /admin/api/v1/people/:id/connections': 'token admin:read',
  'PUT /admin/api/v1/people/:id/role': 'token admin:people',
  'PUT /admin/api/v1/people/:id/email': 'token admin:people',
  'POST /admin/api/v1/people/:id/disable': 'token admin:people',
  'POST /admin/api/v1/people/:id/enable': 'token admin:people',
  'DELETE /admin/api/v1/people/:id': 'token admin:people',
  'POST /admin/api/v1/people/:id/sign-out': 'token admin:people',
  'POST /admin/api/v1/people/:id/disconnect': 'token admin:connections',
  'GET /admin/api/v1/invitations': 'token admin:read',
  'POST /admin/api/v1/invitations': 'token admin:people',
  'DELETE /admin/api/v1/invitations/:id': 'token admin:people',
  'GET /admin/api/v1/rules': 'token admin:read',
  'POST /admin/api/v1/rules': 'token admin:policy',
  'GET /admin/api/v1/rules/:id': 'token admin:read',
  'PUT /admin/api/v1/rules/:id': 'token admin:policy',
  'DELETE /admin/api/v1/rules/:id': 'token admin:policy',
  'GET /admin/api/v1/waiting': 'token admin:read',
  'GET /admin/api/v1/waiting/:id': 'token admin:read',
  'POST /admin/api/v1/waiting/:id/approve': 'token admin:policy',
  'POST /admin/api/v1/waiting/:id/refuse': 'token admin:policy',
  'GET /admin/api/v1/decisions': 'token admin:read',
  'POST /admin/api/v1/decisions': 'token admin:policy',
  'GET /admin/api/v1/decisions/:id': 'token admin:read',
  'DELETE /admin/api/v1/decisions/:id': 'token admin:policy',
  'GET /admin/api/v1/access/person': 'token admin:read',
  'GET /admin/api/v1/access/client': 'token admin:read',
  'GET /admin/api/v1/servers': 'token admin:read',
  'POST /admin/api/v1/servers': 'token admin:servers',
  'GET /admin/api/v1/servers/:id': 'token admin:read',
  'PUT /admin/api/v1/servers/:id': 'token admin:servers',
  'POST /admin/api/v1/servers/:id/disable': 'token admin:servers',
  'POST /admin/api/v1/servers/:id/enable': 'token admin:servers',
  'POST /admin/api/v1/servers/:id/check': 'token admin:read',
  'POST /admin/api/v1/servers/:id/credentials': 'token admin:servers',
  'GET /admin/api/v1/keys': 'token admin:read',
  'GET /admin/api/v1/keys/:kid': 'token admin:read',
  'POST /admin/api/v1/keys/:kid/rotate': 'token admin:settings',
  'POST /admin/api/v1/keys/:kid/compromised': 'token admin:settings',
  'GET /admin/api/v1/settings': 'token admin:read',
  'PATCH /admin/api/v1/settings': 'token admin:settings',
  'POST /admin/api/v1/sign-outs': 'token admin:settings',
  'GET /admin/api/v1/audit': 'token admin:audit',
  'GET /admin/api/v1/clients': 'token admin:read',
  'POST /admin/api/v1/clients': 'token admin:clients',
  'GET /admin/api/v1/clients/:id': 'token admin:read',
  'POST /admin/api/v1/clients/:id/block': 'token admin:clients',
  'POST /admin/api/v1/clients/:id/unblock': 'token admin:clients',
  'DELETE /admin/api/v1/clients/:id': 'token admin:clients',
  'POST /admin/api/v1/clients/:id/secret': 'token admin:clients',
  'GET /admin/api/v1/service-accounts': 'token admin:read',
  'POST /admin/api/v1/service-accounts': 'token admin:clients',
  'PUT /admin/api/v1/service-accounts/:id': 'token admin:clients',
  'GET /admin/api/v1/connections': 'token admin:read',
  'GET /admin/api/v1/connections/count': 'token admin:read',
  'POST /admin/api/v1/connections/end': 'token admin:connections',
  'DELETE /admin/api/v1/connections/:id': 'token admin:connections',
  'POST /admin/mcp': 'anyone',
  'GET /admin/mcp': 'anyone',
  'DELETE /admin/mcp': 'anyone',
};

describe('the routes of the service', () => {
  let service: Standalone;
  const browsers = new Map<string, Browser>();
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_METRICS_TOKEN: 'x'.repeat(32) });
    await addPerson(service, 'member@example.com', 'member');
    await addPerson(service, 'auditor@example.com', 'auditor');
    browsers.set('nobody', new Browser());
    browsers.set('member', await signedIn(service, 'member@example.com'));
    browsers.set('auditor', await signedIn(service, 'auditor@example.com'));
    browsers.set('administrator', await signedIn(service, ADMINISTRATOR.email));
    const everyScope = ALL_ADMIN_SCOPES.join(' ');
    tokens.set('auditor', await adminToken(service, everyScope, 'auditor@example.com'));
    tokens.set('administrator', await adminToken(service, everyScope));
  });
  afterAll(() => service.close());

  it('are each for those whom the table names', () => {
    const controllers = service.application.get(DiscoveryService).getControllers();
    expect(declaredRoutes(controllers.map(({ metatype }) => metatype))).toEqual(ROUTES);
  });

  const isForTokens = (audience: string) => audience.startsWith('token ');

  it.each(Object.entries(ROUTES).filter(([, audience]) => isForTokens(audience)))(
    '%s takes a %s, is closed to every cookie and to tokens of less, and changes nothing then',
    async (route, audience) => {
      const [method = '', path = ''] = route.replace(':id', ID).replace(API, '').split(' ');
      const scope = audience.replace('token ', '');
      for (const [role, browser] of browsers) {
        const before = await everything(service);
        const url = `${service.issuer}${API}${path}`;
        const answer = await browser.request(url, { method });
        expect([role, answer.status, answer.headers.get('content-type')]).toEqual([role, 401, PROBLEM]);
        const token = tokens.get(role);
        if (token === undefined) continue;
        const isAllowed = role === 'administrator' || (role === 'auditor' && AUDITORS.includes(scope));
        const asked = await api(service, token, method, path);
        if (!isAllowed)
          expect([role, asked.status, asked.body['error']]).toEqual([role, 403, 'insufficient_scope']);
        else
          expect([role, [200, 204, 400, 404, 428]]).toEqual([role, expect.arrayContaining([asked.status])]);
        expect(await everything(service)).toBe(before);
      }
    },
  );

  it.each(Object.entries(ROUTES).filter(([, audience]) => audience !== 'anyone' && !isForTokens(audience)))(
    '%s refuses everybody but %s, and changes nothing',
    async (route, audience) => {
      const [method, path = ''] = route.replace(':id', ID).split(' ');
      for (const [role, browser] of browsers) {
        if (audience.split(', ').includes(role)) continue;
        const before = await everything(service);
        const answer =
          method === 'POST'
            ? await press(service, browser, path)
            : await browser.get(`${service.issuer}${path}`);
        const isLed = method === 'GET' && role === 'nobody';
        const signIn = `/sign-in?${new URLSearchParams({ page: path }).toString()}`;
        expect([role, answer.status, answer.headers.get('location')]).toEqual(
          isLed ? [role, 303, signIn] : [role, 403, null],
        );
        expect(await everything(service)).toBe(before);
      }
    },
  );

  it.each(
    Object.keys(ROUTES).filter(
      (route) => route.startsWith('POST ') && !/\/mcp$|^POST \/admin\/api/.test(route),
    ),
  )(
    '%s never answers that something was created, whatever is sent: a page has no URL of its own (RFC 9110 §15.3.2)',
    async (route) => {
      const path = route.replace('POST ', '');
      const id = await addPerson(service, `${randomUUID()}@example.com`, 'member');
      const [email, administrator] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
      await addPerson(service, email, 'member');
      await addPerson(service, administrator, 'administrator');
      const forms: Record<string, string>[] = [
        {},
        { email: `${randomUUID()}@example.com`, role: 'member', name: 'Eve', password: PASSWORD },
        { email, server: service.mcpUrl, groups: 'a', name: 'A rule' },
      ];
      for (const form of forms) {
        const browser = await signedIn(service, administrator);
        const at = path.replace(':id', id).replace(':provider', 'sso');
        const { status } = await press(service, browser, at, form);
        expect([200, 303, 400, 401, 403, 404, 409, 410]).toContain(status);
      }
    },
  );

  it.each([
    ['member', ['Start', 'Account']],
    [
      'auditor',
      [
        'Start',
        'Account',
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
        'Settings',
      ],
    ],
    [
      'administrator',
      [
        'Start',
        'Account',
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
        'Settings',
      ],
    ],
  ])('make the navigation of a page: for a %s %j', async (role, texts) => {
    const { body } = await (browsers.get(role) ?? new Browser()).get(`${service.issuer}/account/password`);
    const [nav = ''] = /<nav[^]*?<\/nav>/.exec(body) ?? [];
    expect([...nav.matchAll(/>([^<]+)<\/a>/g)].map(([, text]) => text)).toEqual(texts);
    expect(/<a href="([^"]+)" aria-current="page"/.exec(nav)?.[1]).toBe('/account');
  });
});
