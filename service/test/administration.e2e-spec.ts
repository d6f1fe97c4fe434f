import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, everything, press, signedIn } from './support/administration.js';
import { decide, waitingPath } from './support/approvals.js';
import { auditEvents } from './support/audit.js';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const AUDITOR = 'olga@example.com';
const MEMBER = 'eve@example.com';
const KNOWN = [
  '/admin/access/rules',
  '/admin/access/rules/:id',
  '/admin/access/rules/:id/remove',
  '/admin/access/applications/requests/:id',
  '/admin/access/applications/beforehand',
  '/admin/access/applications/take-back',
  '/admin/people/:id/role',
  '/admin/people/:id/disable',
  '/admin/people/:id/enable',
  '/admin/people/:id/sessions/end',
  '/admin/people/:id/connections/end',
  '/admin/people/:id/connections/end-all',
  '/admin/people/:id/password-link',
  '/admin/people/invitations/new',
  '/admin/people/invitations/remove',
  '/admin/providers/:id/test',
  '/admin/settings',
  '/admin/settings/logo',
  '/admin/settings/sign-out',
];

/** Sends nothing but a question, which an auditor may ask too. */
const LOOKS = ['/admin/servers/check', '/admin/providers/check'];

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

describe('administration', () => {
  let service: Standalone;
  let member: string;
  let auditor: string;
  let values: Record<string, string>;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    member = await addPerson(service, MEMBER, 'member');
    auditor = await addPerson(service, AUDITOR, 'auditor');
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await client.authorize(MEMBER, 'mcp:tools');
    const [approval] = await service.dataSource.query<{ clientId: string }[]>(
      'SELECT "clientId" FROM mcp_auth."approvalRequest"',
    );
    const ada = await signedIn(service);
    await press(service, ada, '/admin/access/rules', {
      name: 'All',
      server: service.mcpUrl,
      whom: 'everyone',
    });
    await press(service, ada, '/admin/people/invitations/new', { email: 'new@example.com', role: 'member' });
    const [rule] = await service.dataSource.query<{ id: string }[]>('SELECT id FROM mcp_auth."accessRule"');
    values = {
      role: 'administrator',
      email: 'other@example.com',
      name: 'Another',
      resource: service.mcpUrl,
      clientId: approval?.clientId ?? '',
      id: rule?.id ?? '',
    };
  });
  afterAll(() => service.close());

  /** Paths of every route below /admin, as the running service has them. */
  const routes = (method: 'get' | 'post') => {
    const express = (service.application as NestExpressApplication).getHttpAdapter().getInstance() as {
      router: { stack: Layer[] };
    };
    return express.router.stack.flatMap(({ route }) =>
      route?.methods[method] && /^\/admin\/(?!api|mcp)/.test(route.path) ? [route.path] : [],
    );
  };
  const changes = () => routes('post').filter((path) => !LOOKS.includes(path));
  const browsers = async () => ({
    stranger: new Browser(),
    member: await signedIn(service, MEMBER),
    auditor: await signedIn(service, AUDITOR),
    administrator: await signedIn(service),
  });

  it('lets strangers, members and auditors change nothing, whatever they send', async () => {
    expect(routes('post')).toEqual(expect.arrayContaining(KNOWN));
    const { administrator, ...others } = await browsers();
    const before = await everything(service);
    for (const path of changes()) {
      const action = path.replace(':id', member);
      for (const [who, browser] of Object.entries(others))
        expect([who, path, (await press(service, browser, action, values)).status]).toEqual([who, path, 403]);
      const { status } = await press(service, administrator, action, { csrf: 'forged', ...values });
      expect([path, status]).toEqual([path, 403]);
    }
    expect(await everything(service)).toBe(before);
    // Each of them is in the audit, with who it was.
    const refused = (await auditEvents(service)).filter(
      ({ action, outcome }) => action === 'administration' && outcome === 'refused',
    );
    const asked = changes().map((path) => `POST ${path.replace(':id', member)}`);
    for (const who of [member, auditor])
      expect(refused.flatMap(({ userId, detail }) => (userId === who ? [detail['route']] : []))).toEqual(
        asked,
      );
  });

  it('says of a change of the policy what went and what came', async () => {
    const ada = await signedIn(service);
    const rule = {
      name: 'Readers',
      whom: 'everyone',
      server: service.mcpUrl,
      scope: `mcp:tools ${service.mcpUrl}`,
    };
    expect((await press(service, ada, '/admin/access/rules', rule)).status).toBe(303);
    const [added] = await service.dataSource.query<{ id: string }[]>(
      `SELECT id FROM mcp_auth."accessRule" WHERE name = 'Readers'`,
    );
    await press(service, ada, `/admin/access/rules/${added?.id}/remove`, { version: '1' });
    const line = JSON.stringify({
      name: 'Readers',
      groups: 'everyone',
      resource: service.mcpUrl,
      scopes: ['mcp:tools'],
      clients: 'any',
    });
    const changes = (await auditEvents(service)).filter(({ action }) => action === 'policy.change').slice(-2);
    expect(changes.map(({ detail: { before, after } }) => ({ before, after }))).toEqual([
      { before: [], after: [line] },
      { before: [line], after: [] },
    ]);
  });

  it('lets an administrator send each of them', async () => {
    const { administrator } = await browsers();
    const other = await addPerson(service, 'other@example.com', 'member');
    for (const path of routes('post')) {
      const { status } = await press(service, administrator, path.replace(':id', other), {});
      expect([path, status < 500 && status !== 403]).toEqual([path, true]);
    }
  });

  it('shows its pages to auditors and administrators alone', async () => {
    await service.dataSource.query(
      `UPDATE mcp_auth."user" SET "disabledAt" = NULL, role = 'member' WHERE id = $1`,
      [member],
    );
    const all = await browsers();
    for (const path of routes('get'))
      for (const [who, browser] of Object.entries(all)) {
        const { status } = await browser.get(`${service.issuer}${path.replace(':id', member)}`);
        if (who === 'stranger' || who === 'member')
          expect([who, path, status]).toEqual([who, path, who === 'stranger' ? 303 : 403]);
        // Some of these pages are of what there is not, or not any more; some are for administrators alone.
        else expect([who, path, [200, 400, 404, 403, 409].includes(status)]).toEqual([who, path, true]);
      }
  });
});

describe('what an administrator changes, when the audit cannot be written', () => {
  let service: Standalone;
  let ada: Browser;
  let member: string;
  let values: Record<string, string>;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    member = await addPerson(service, MEMBER, 'member');
    const disabled = await addPerson(service, 'disabled@example.com', 'member');
    ada = await signedIn(service);
    await press(service, ada, `/admin/people/${disabled}/disable`);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const asks = async () => (await client.authorize(MEMBER, 'mcp:tools')).body.includes('value="approve"');
    expect(await asks()).toBe(false);
    await decide(service, ada, client.clientId);
    await eventually(asks);
    await client.tokens(MEMBER, 'mcp:tools');
    await press(service, ada, '/admin/access/rules', {
      name: 'All',
      server: service.mcpUrl,
      whom: 'everyone',
    });
    await press(service, ada, '/admin/people/invitations/new', { email: 'new@example.com', role: 'member' });
    const other = await new ServiceClient(service, service.mcpUrl).register({ client_name: 'Another' });
    await other.authorize(MEMBER, 'mcp:tools');
    values = { clientId: client.clientId, disabled, waiting: other.clientId };
    await service.dataSource.query(`
      CREATE FUNCTION mcp_auth.refuse_audit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'The audit is full.'; END $$;
      CREATE TRIGGER refuse_audit BEFORE INSERT ON mcp_auth."auditEvent"
        FOR EACH ROW EXECUTE FUNCTION mcp_auth.refuse_audit()`);
  });
  afterAll(() => service.close());

  const id = async (table: string) =>
    (await service.dataSource.query<{ id: string }[]>(`SELECT id FROM mcp_auth."${table}"`))[0]?.id ?? '';

  const decision = async (outcome: string): Promise<[string, Record<string, string>]> => {
    const path = await waitingPath(service, values['waiting'] ?? '');
    const { body } = await ada.get(`${service.issuer}${path}`);
    const shown = /name="shown" value="([^"]+)"/.exec(body)?.[1] ?? '';
    return [path, { clientId: values['waiting'] ?? '', shown, kind: 'this', person: 'all', outcome }];
  };

  it.each<[string, () => Promise<[string, Record<string, string>?]>]>([
    ['a new role', async () => [`/admin/people/${member}/role`, { role: 'auditor' }]],
    ['disabling', async () => [`/admin/people/${member}/disable`]],
    ['enabling', async () => [`/admin/people/${values['disabled']}/enable`]],
    ['ending sessions', async () => [`/admin/people/${member}/sessions/end`]],
    [
      'disconnecting one',
      async () => [`/admin/people/${member}/connections/end`, { grantId: await id('oauthGrant') }],
    ],
    ['disconnecting all', async () => [`/admin/people/${member}/connections/end-all`]],
    ['a password link', async () => [`/admin/people/${member}/password-link`]],
    [
      'an invitation',
      async () => ['/admin/people/invitations/new', { email: 'x@example.com', role: 'member' }],
    ],
    ['taking one back', async () => ['/admin/people/invitations/remove', { id: await id('invitation') }]],
    [
      'a rule',
      async () => ['/admin/access/rules', { name: 'More', server: service.mcpUrl, whom: 'everyone' }],
    ],
    ['a rule less', async () => [`/admin/access/rules/${await id('accessRule')}/remove`, { version: '1' }]],
    [
      'a rule changed',
      async () => [
        `/admin/access/rules/${await id('accessRule')}`,
        { name: 'Other', server: service.mcpUrl, whom: 'everyone', version: '1' },
      ],
    ],
    ['approving', async () => decision('approved')],
    ['refusing', async () => decision('refused')],
    [
      'taking an approval back',
      async () => {
        const path = '/admin/access/applications/take-back';
        const key = { kind: values['clientId'] ?? '', isClient: 'yes', person: '' };
        const { body } = await ada.get(`${service.issuer}${path}?${new URLSearchParams(key).toString()}`);
        const decided = /name="decided" value="([^"]+)"/.exec(body)?.[1] ?? '';
        return [path, { ...key, decided }];
      },
    ],
    [
      'deciding beforehand',
      async () => [
        '/admin/access/applications/beforehand',
        { of: 'program', name: 'Tool', outcome: 'approved' },
      ],
    ],
  ])('is not there: %s', async (_, request) => {
    const before = await everything(service);
    const [action, more] = await request();
    expect((await press(service, ada, action, more)).status).toBe(500);
    expect(await everything(service)).toBe(before);
  });
});
