import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { AccountMerge } from '../src/people/account-merge.js';
import { Identity } from '../src/people/entities/identity.entity.js';
import { User } from '../src/people/entities/user.entity.js';
import { IdentityRemoval } from '../src/people/identity-removal.js';
import { PasswordLinks } from '../src/people/password-links.js';
import { Users } from '../src/people/users.js';
import type { Author } from '../src/web/author.js';
import { type Role, ROLE_SCOPES } from '../src/web/roles.js';
import { adminToken, API, api } from './support/admin-client.js';
import { addPerson, everything, press, signedIn, WHATEVER_IT_IS } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const SECRET = 'a secret of a script, long enough to be one';
const EVERY_SCOPE = ALL_ADMIN_SCOPES.join(' ');

interface Change {
  method: string;
  path: string;
  body?: object;
}

/** What is done to somebody, by its address at the API. */
const CHANGES: [string, (id: string) => Change][] = [
  [
    'another email',
    (id) => ({ method: 'PUT', path: `/people/${id}/email`, body: { email: 'x@evil.example' } }),
  ],
  ['less of a role', (id) => ({ method: 'PUT', path: `/people/${id}/role`, body: { role: 'member' } })],
  ['disabling', (id) => ({ method: 'POST', path: `/people/${id}/disable` })],
  ['enabling', (id) => ({ method: 'POST', path: `/people/${id}/enable` })],
  ['deleting', (id) => ({ method: 'DELETE', path: `/people/${id}` })],
];

describe('nobody hands out, or takes over, more than they may', () => {
  let folder: string;
  let service: Standalone;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-power-'));
    const port = await freePort();
    const file = join(folder, 'policy.yaml');
    const account = (id: string, scopes: string) => `
  - id: ${id}
    servers: [http://localhost:${port}${API}]
    scopes: [${scopes}]
    clientSecret: { env: SCRIPT_SECRET }`;
    await writeFile(
      file,
      `serviceAccounts:${account('people', 'admin:people')}${account('all', ALL_ADMIN_SCOPES.join(', '))}\n`,
    );
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_POLICY_FILE: file,
      SCRIPT_SECRET: SECRET,
    });
    for (const id of ['people', 'all']) tokens.set(`machine ${id}`, await ofMachine(id));
    tokens.set('person people', await adminToken(service, 'admin:people'));
    tokens.set('person all', await adminToken(service, EVERY_SCOPE));
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await service.dataSource.query(`DELETE FROM mcp_auth."user" WHERE email <> $1`, [ADMINISTRATOR.email]);
  });

  const ofMachine = async (id: string): Promise<string> => {
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: id,
        client_secret: SECRET,
        resource: `${service.issuer}${API}`,
      }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  };

  const send = async (author: string, { method, path, body }: Change) => {
    const token = tokens.get(author) ?? '';
    const [, id = ''] = /^\/people\/([\w-]+)/.exec(path) ?? [];
    const tag = id && (await api(service, token, 'GET', `/people/${id}`)).headers.get('etag');
    const headers: Record<string, string> = tag ? { 'if-match': tag } : {};
    return api(service, token, method, path, { body, headers });
  };
  const somebody = async (role: Role, disabled = false) => {
    const id = await addPerson(service, `${randomUUID()}@example.com`, role);
    const disabledAt = disabled ? new Date(service.clock.now()) : null;
    await service.dataSource.getRepository(User).update({ id }, { disabledAt });
    return id;
  };

  const POOR = ['machine people', 'person people'];
  const RICH = ['machine all', 'person all'];
  const ROLES: Role[] = ['auditor', 'administrator'];
  const TABLE = ROLES.flatMap((role) => CHANGES.map(([what, change]) => [what, role, change] as const));

  it.each(TABLE)(
    'says what it takes: %s of somebody who is %s (RFC 6750 §3.1)',
    async (what, role, change) => {
      for (const author of [...POOR, ...RICH]) {
        const id = await somebody(role, what === 'enabling');
        const before = await everything(service);
        const answer = await send(author, change(id));
        if (RICH.includes(author)) expect([author, answer.status < 300]).toEqual([author, true]);
        else {
          const scope = ALL_ADMIN_SCOPES.filter((one) => ROLE_SCOPES[role].includes(one)).join(' ');
          expect([author, answer.status, answer.body]).toEqual([
            author,
            403,
            expect.objectContaining({
              error: 'insufficient_scope',
              scope,
              detail: expect.stringMatching(/^That takes the scopes? admin:/) as string,
            }),
          ]);
          expect(answer.headers.get('www-authenticate')).toBe(
            `Bearer error="insufficient_scope", scope="${scope}"`,
          );
          expect(await everything(service)).toBe(before);
          expect((await auditEvents(service)).at(-1)).toMatchObject({
            action: 'administration',
            outcome: 'refused',
            detail: { reason: answer.body['detail'] },
          });
        }
        await service.dataSource.getRepository(User).delete({ id });
        await service.dataSource.query(`DELETE FROM mcp_auth."user" WHERE email = 'x@evil.example'`);
      }
    },
  );

  it.each(ROLES)('the role %s', async (role) => {
    for (const author of [...POOR, ...RICH]) {
      const id = await somebody('member');
      const { status } = await send(author, { method: 'PUT', path: `/people/${id}/role`, body: { role } });
      expect([author, status]).toEqual([author, RICH.includes(author) ? 200 : 403]);
    }
  });

  it.each(ROLES)('an invitation to be %s', async (role) => {
    for (const author of ['person people', 'person all']) {
      const before = await everything(service);
      const body = { email: `${randomUUID()}@example.com`, role };
      const { status } = await send(author, { method: 'POST', path: '/invitations', body });
      expect([author, status]).toEqual([author, RICH.includes(author) ? 201 : 403]);
      if (status === 403) expect(await everything(service)).toBe(before);
    }
  });

  it('leaves people who administer nothing to the scope admin:people', async () => {
    for (const author of [...POOR, ...RICH])
      for (const [what, change] of CHANGES) {
        const id = await somebody('member', what === 'enabling');
        const { status } = await send(author, change(id));
        expect([author, what, status < 300]).toEqual([author, what, true]);
        await service.dataSource.getRepository(User).delete({ id });
      }
  });

  it('lets an administrator at the pages do all of it', async () => {
    const ada = await signedIn(service);
    const id = await somebody('administrator');
    const done = async (action: string, values: Record<string, string> = {}) =>
      (await press(service, ada, `/admin/people/${id}/${action}`, values)).status;
    expect(await done('email', { email: 'other@example.com' })).toBe(303);
    expect(await done('disable')).toBe(303);
    expect(await done('enable')).toBe(303);
    expect(await done('role', { role: 'auditor' })).toBe(303);
    expect(await done('role', { role: 'administrator' })).toBe(303);
    expect(await done('password-link')).toBe(200);
    expect(await done('delete')).toBe(303);
  });

  it('holds where only pages lead so far', async () => {
    const { id: userId = '' } = (await service.application.get(Users).findByEmail(ADMINISTRATOR.email)) ?? {};
    const author: Author = { userId, clientId: 'a-client', scopes: ['admin:read', 'admin:people'] };
    const boss = await somebody('administrator');
    const member = await somebody('member');
    const email = async (id: string) => (await service.application.get(Users).find(id))?.email ?? '';
    const identities = service.dataSource.getRepository(Identity);
    const id = randomUUID();
    await identities.insert({
      id,
      userId: boss,
      issuer: 'https://idp.example',
      sub: 'boss',
      groups: [],
      groupsReadAt: null,
      provesAddress: false,
      isSource: false,
      createdAt: new Date(service.clock.now()),
    });
    const merging = service.application.get(AccountMerge);
    const both = { kept: WHATEVER_IT_IS, from: WHATEVER_IT_IS };
    const before = await everything(service);
    for (const attempt of [
      () => service.application.get(PasswordLinks).issue(author, boss, WHATEVER_IT_IS),
      async () => merging.merge(author, boss, { id: member, email: await email(member) }, both),
      async () => merging.merge(author, member, { id: boss, email: await email(boss) }, both),
      () =>
        service.application
          .get(IdentityRemoval)
          .removeOf(author, boss, { identityId: id, mayBeLast: true }, WHATEVER_IT_IS),
    ])
      await expect(attempt()).rejects.toMatchObject({
        status: 403,
        members: { error: 'insufficient_scope' },
      });
    expect(await everything(service)).toBe(before);
    expect(await identities.existsBy({ id })).toBe(true);
  });
});
