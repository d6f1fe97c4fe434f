import { randomUUID } from 'node:crypto';
import { DiscoveryService } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { Browser } from '../../test/support/browser.js';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { adminToken, API, api } from './support/admin-client.js';
import { declaredRoutes, freshRoutes } from './support/declared-routes.js';
import { ROUTES } from './support/routes.js';
import { ADMINISTRATOR, PASSWORD, startStandalone, type Standalone } from './support/standalone.js';

const PROBLEM = 'application/problem+json; charset=utf-8';
const AUDITORS = ['admin:read', 'admin:audit'];
const ID = '00000000-0000-4000-8000-000000000000';

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

  // A new one wants a fresh sign-in, or stands here and takes nothing away that cannot be had back.
  it('want a fresh sign-in when an administrator sends a form, but for these', () => {
    const controllers = service.application.get(DiscoveryService).getControllers();
    const fresh = freshRoutes(controllers.map(({ metatype }) => metatype));
    const forms = Object.keys(ROUTES).filter(
      (route) => route.startsWith('POST /admin/') && !route.includes(API) && !route.endsWith('/mcp'),
    );
    expect(forms.filter((route) => !fresh.has(route)).toSorted()).toEqual([
      'POST /admin/access/rules',
      'POST /admin/access/rules/:id',
      'POST /admin/keys/:kid/rotate',
      'POST /admin/people/:id/enable',
      'POST /admin/people/invitations/remove',
      'POST /admin/providers/:id/test',
      'POST /admin/providers/check',
      'POST /admin/servers/add',
      'POST /admin/servers/change',
      'POST /admin/servers/check',
      'POST /admin/servers/enable',
      'POST /admin/settings',
      'POST /admin/settings/logo',
      'POST /admin/settings/logo/remove',
    ]);
    const asked = [...fresh].filter(([route, { when }]) => route.startsWith('POST ') && when);
    expect(asked.map(([route]) => route).toSorted()).toEqual([
      'POST /admin/access/applications/beforehand',
      'POST /admin/access/applications/requests/:id',
      'POST /admin/people/:id/role',
      'POST /admin/people/invitations/new',
    ]);
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
});
