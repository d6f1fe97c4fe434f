import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Author } from '../src/web/author.js';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { AccountChanges } from '../src/people/account-changes.js';
import { Invitations } from '../src/people/invitations.js';
import { PasswordLinks } from '../src/people/password-links.js';
import { addPerson, everything, WHATEVER_IT_IS } from './support/administration.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe('who makes a change', () => {
  let service: Standalone;
  let administrator: string;
  let auditor: string;
  let member: string;

  beforeAll(async () => {
    service = await startStandalone();
    const [row] = await service.dataSource.query<{ id: string }[]>(
      'SELECT "id" FROM mcp_auth."user" WHERE "email" = $1',
      [ADMINISTRATOR.email],
    );
    administrator = row?.id ?? '';
    auditor = await addPerson(service, 'auditor@example.com', 'auditor');
    member = await addPerson(service, 'member@example.com', 'member');
  });
  afterAll(() => service.close());

  const changes = () => service.application.get(AccountChanges);
  const person = (userId: string, scopes = ALL_ADMIN_SCOPES): Author => ({ userId, clientId: 'app', scopes });

  it.each<[string, () => Author, string]>([
    ['a member, whatever they hold', () => person(member), 'You are not an administrator any more.'],
    ['an auditor, whatever they hold', () => person(auditor), 'You are not an administrator any more.'],
    [
      'an administrator by a token for something else',
      () => person(administrator, ['admin:read', 'admin:clients']),
      'That takes the scope admin:people.',
    ],
    [
      'a service account with a token for something else',
      () => ({ userId: null, clientId: 'job', scopes: ['admin:read'] }),
      'That takes the scope admin:people.',
    ],
  ])('is not %s, and nothing changes', async (_who, author, reason) => {
    const before = await everything(service);
    await expect(changes().setRole(author(), member, 'administrator', WHATEVER_IT_IS)).rejects.toThrow(
      reason,
    );
    await expect(
      service.application.get(PasswordLinks).issue(author(), member, WHATEVER_IT_IS),
    ).rejects.toThrow(author().userId === null ? 'a service account cannot' : reason);
    expect(await everything(service)).toBe(before);
  });

  it('is nobody who could make a link in their own name, of a service account', async () => {
    const job: Author = { userId: null, clientId: 'job', scopes: ALL_ADMIN_SCOPES };
    const invitation = { email: 'eve@example.com', name: null, role: 'member' } as const;
    const before = await everything(service);
    await expect(service.application.get(Invitations).invite(job, invitation)).rejects.toThrow(
      'a service account cannot',
    );
    expect(await everything(service)).toBe(before);
  });

  it.each<[string, () => Author, object]>([
    [
      'a person at a page',
      () => ({ userId: administrator, clientId: null, scopes: ALL_ADMIN_SCOPES }),
      { userId: true, clientId: null, via: undefined },
    ],
    [
      'a person by an application',
      () => person(administrator),
      { userId: true, clientId: 'app', via: 'app' },
    ],
    [
      'a service account',
      () => ({ userId: null, clientId: 'job', scopes: ['admin:read', 'admin:audit', 'admin:people'] }),
      { userId: false, clientId: 'job', via: 'job' },
    ],
  ])('stands in the audit: %s', async (_who, author, expected) => {
    await changes().setRole(author(), member, 'auditor', WHATEVER_IT_IS);
    await changes().setRole(author(), member, 'member', WHATEVER_IT_IS);
    const rows = await service.dataSource.query<
      { userId: string | null; clientId: string | null; detail: { via?: string; target: string } }[]
    >(
      `SELECT "userId", "clientId", "detail" FROM mcp_auth."auditEvent" WHERE "action" = 'account.role' ORDER BY "sequence" DESC LIMIT 2`,
    );
    for (const { userId, clientId, detail } of rows) {
      expect({ userId: userId === administrator, clientId, via: detail.via }).toEqual(expected);
      expect(detail.target).toBe(member);
    }
  });
});
