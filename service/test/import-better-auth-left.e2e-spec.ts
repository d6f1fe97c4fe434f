import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { within } from '../../test/support/eventually.js';
import { newDatabase } from '../../test/support/postgres.js';
import { signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { counted, type Move, startMove } from './support/better-auth-move.js';
import { FederatedPerson, providerVariables } from './support/federated-person.js';
import { LyingProvider } from './support/lying-provider.js';
import { startStrictDatabase } from './support/strict-database.js';

const A = 'better_auth_a';
const SOMEBODY = `INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")`;
const TIMES = 'true, now(), now()';

/** The test database, for another role. */
function as(role: string): string {
  const url = new URL(postgresUrl ?? 'postgres://127.0.0.1/test');
  Object.assign(url, { username: role, password: 'hunter2' });
  return url.href;
}

/** People whom nobody takes over, by what is wrong with them. */
const STRANGE = `
  ALTER TABLE "user" ADD "isAnonymous" boolean, ADD "twoFactorEnabled" boolean;
  ALTER TABLE "user" DROP CONSTRAINT IF EXISTS "old_user_email_key";
  ${SOMEBODY} VALUES
    ('twin1', 'Twin', 'twin@example.com', ${TIMES}), ('twin2', 'Twin', 'TWIN@example.com', ${TIMES}),
    ('nomail', 'No mail', 'nobody', ${TIMES}), ('here', 'Here', 'Here@Example.com', ${TIMES}),
    ('custom', 'Custom', 'custom@example.com', ${TIMES}), ('second', 'Second', 'second@example.com', ${TIMES}),
    ('social', 'Social', 'social@example.com', ${TIMES}), ('visitor', 'Visitor', 'visitor@example.com', ${TIMES});
  UPDATE "user" SET "isAnonymous" = true WHERE id = 'visitor';
  UPDATE "user" SET "twoFactorEnabled" = true WHERE id = 'second';
  UPDATE "user" SET role = 'admin' WHERE name = 'ada';
  UPDATE "user" SET role = 'user,helper' WHERE name = 'grace';
  INSERT INTO account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt") VALUES
    ('a1', 'custom', 'credential', 'custom', '$2b$10$abcdefghijklmnopqrstuv', now(), now()),
    ('a2', 'second', 'credential', 'second', repeat('0a', 16) || ':' || repeat('0b', 64), now(), now()),
    ('a3', '77', 'github', 'social', NULL, now(), now()), ('a4', '1078', 'google', 'social', NULL, now(), now())`;

const SAID = [
  '- people (2): has the same email address as another: leave one of them there\n  twin1, twin2\n',
  '- people (1): has no email address that can be one here\n  nomail\n',
  '- people (1): has the email address of another account here\n  here\n',
  '- people (1): is a visitor without an account\n  visitor\n',
  "- passwords (1): is hashed in a way of the application's own: send a link for a new one\n  custom\n",
  '- passwords (1): was not enough there, where a second factor was asked for',
  '- identities (1): is at github, which is no provider here: configure it, and say which one it is (--provider)\n  social\n',
  '- identities (1): opens another account here\n',
  '- A person was admin there, which counts for nothing here (--role) (1)\n',
  '- A person was helper there, which counts for nothing here (--role) (1)\n',
  '- A person has no way to sign in yet: a provider that speaks for their address, or a link (2)\n',
];

describe.skipIf(!postgresUrl)('an import of people of Better Auth', () => {
  let moved: Move;
  let provider: LyingProvider;
  const google = () => ['--provider', `google=${provider.issuer}`];

  beforeAll(async () => {
    provider = await LyingProvider.start();
    moved = await startMove(A, STRANGE, providerVariables(provider));
    await moved.service.addMember('here@example.com', []);
  });
  afterAll(async () => {
    await moved.close();
    provider.close();
  });

  it('names what it leaves, and why', async () => {
    const before = await moved.rows();
    const { code, output, errors } = await moved.move(...google());
    expect([code, errors]).toEqual([0, '']);
    for (const sentence of SAID) expect(output).toContain(sentence);
    expect(await moved.rows()).toBe(before);
  });

  it.each<[string, string[], RegExp]>([
    [
      'a URL of something else',
      ['--from', 'mysql://x:hunter2@host/db'],
      /^The database to read must be given as/,
    ],
    [
      'a database that is away',
      ['--from', 'postgres://x:hunter2@127.0.0.1:1/db'],
      /^The database to read cannot be used: connect/,
    ],
    [
      'a role that there is not',
      ['--from', as('nobody')],
      /^The database to read cannot be used: (role|password authentication failed for user) "nobody"/,
    ],
    [
      'a schema without tables',
      ['--schema', 'nowhere'],
      /^The schema nowhere has no table of people \(user\)/,
    ],
    [
      'a table that is not there',
      ['--table', 'user=persons'],
      /^There is no table persons, which user was said to be called\.$/,
    ],
    [
      'an unknown MCP server',
      ['--resource', 'https://x.example/mcp'],
      /^There is no MCP server https:\/\/x\.example\/mcp here\.$/,
    ],
    ['an unknown scope', ['--scopes', 'files:read'], /^files:read is no scope of /],
    [
      'an unknown provider',
      ['--provider', 'github=https://github.example'],
      /^There is no provider https:\/\/github\.example here/,
    ],
  ])('is refused with one sentence for %s', async (_what, words, sentence) => {
    const before = await moved.rows();
    const { code, output, errors } = await moved.say('--apply', ...words);
    expect([code, output]).toEqual([1, '']);
    expect(errors.trimEnd()).toMatch(sentence);
    expect(errors.trimEnd().split('\n')).toHaveLength(1);
    expect(errors).not.toContain('hunter2');
    expect(await moved.rows()).toBe(before);
  });

  it('is refused with one sentence for a wrong password', async () => {
    const database = await startStrictDatabase();
    const before = await moved.rows();
    const { code, output, errors } = await moved.say('--apply', '--from', database.url('app', 'hunter2'));
    database.close();
    expect([code, output, errors]).toEqual([
      1,
      '',
      'The database to read cannot be used: password authentication failed for user "app"\n',
    ]);
    expect(await moved.rows()).toBe(before);
  });

  it.each([
    ['a kind that there is not', ['--take', 'people,passwords']],
    ['a role that is none here', ['--role', 'admin=root']],
    ['half a pair', ['--table', 'user']],
    ['an unknown way to store secrets', ['--client-secrets', 'md5']],
  ])('is not understood with %s', async (_what, words) => {
    const { code, output } = await moved.say(...words);
    expect([code, output]).toEqual([2, '']);
  });

  it('is refused for an empty database and for its own', async () => {
    const empty = await newDatabase();
    const { code, errors } = await moved.run('--from', empty.url, '--apply');
    await empty.drop();
    expect([code, errors]).toEqual([
      1,
      'The schema public has no table of people (user): name the schema or the table. What is there: no table at all.\n',
    ]);
    const own = moved.service.dataSource.options as { url: string };
    expect((await moved.say('--from', own.url, '--schema', 'mcp_auth')).errors).toBe(
      'The schema mcp_auth is one of nestjs-mcp-auth itself, and none of Better Auth.\n',
    );
  });

  it('writes nothing when it is killed in the middle', async () => {
    const before = await moved.rows();
    const { dataSource } = moved.service;
    const waiting = () =>
      dataSource.query<{ waits: boolean }[]>(
        `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'mcp_auth."oauthGrant"'::regclass) AS waits`,
      );
    await dataSource.transaction(async (manager) => {
      await manager.query('LOCK TABLE mcp_auth."oauthGrant" IN EXCLUSIVE MODE');
      const main = join(import.meta.dirname, '../dist/main.js');
      const words = ['import', 'better-auth', '--from', moved.old.url, '--apply', '--scopes', 'mcp:tools'];
      const env = { PATH: process.env['PATH'], ...moved.environment };
      const kinds = ['--take', 'people,clients,consents,refresh-tokens'];
      const child = spawn(process.execPath, [main, ...words, ...kinds], { env });
      const ended = new Promise((resolve) => child.once('close', resolve));
      await within(110_000, async () => (await waiting())[0]?.waits ?? false);
      child.kill('SIGKILL');
      await ended;
    });
    expect(await moved.rows()).toBe(before);
  });

  it('makes somebody an administrator by --role, and lets people in by the identity they had', async () => {
    const { code, output, errors } = await moved.move(
      '--apply',
      '--role',
      'admin=administrator',
      ...google(),
    );
    expect([code, errors]).toEqual([0, '']);
    expect(counted({ code, output, errors: '' }, 'identities')).toEqual([1, 0, 2]);
    const { issuer } = moved.service;
    const ada = await signedIn(moved.service, 'ada@example.com', moved.old.person('ada').password);
    expect((await ada.get(`${issuer}/admin/people`)).status).toBe(200);
    const grace = await signedIn(moved.service, 'grace@example.com', moved.old.person('grace').password);
    expect((await grace.get(`${issuer}/admin/people`)).status).toBe(403);
    const created = (await auditEvents(moved.service)).filter(({ action }) => action === 'account.create');
    expect(created).toMatchObject([{ detail: { role: 'administrator', by: 'import' } }]);

    const person = new FederatedPerson(moved.service, provider);
    await person.signIn({ sub: '1078', name: 'linus', email: 'linus@example.com', email_verified: true });
    expect(await person.isSignedIn()).toBe(true);
    const [row] = await moved.service.dataSource.query<{ email: string }[]>(
      `SELECT u."email" FROM mcp_auth."session" s JOIN mcp_auth."user" u ON u."id" = s."userId"
      WHERE u."subject" = $1 AND s."issuer" = $2`,
      [moved.old.person('linus').id, provider.issuer],
    );
    expect(row?.email).toBe('linus@example.com');
  });
});
