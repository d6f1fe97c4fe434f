import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BetterAuthDatabaseOptions, BetterAuthImportOptions } from '../../src/better-auth.js';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { importInto } from '../support/better-auth-import.js';
import { type BetterAuthApplication, betterAuthApplication } from '../support/better-auth.js';

const A = 'better_auth_a';

type Names = Partial<BetterAuthDatabaseOptions>;

/** What cannot be read at all. */
const REFUSED: [
  what: string,
  change: string,
  names: Names,
  options: BetterAuthImportOptions,
  sentence: RegExp,
][] = [
  [
    'a URL of another database',
    '',
    { url: 'mysql://user:hunter2@host/db' },
    {},
    /^The database to read must be given as a URL that begins with postgres:\/\/\.$/,
  ],
  [
    'a database that is away',
    '',
    { url: 'postgres://user:hunter2@127.0.0.1:1/db' },
    {},
    /^The database to read cannot be used: connect ECONNREFUSED/,
  ],
  [
    'a database of something else',
    'DROP TABLE "oauthConsent", "oauthAccessToken", "oauthApplication"',
    {},
    {},
    /^The schema test_\w+ has no table of OAuth clients \(oauthApplication or oauthClient\): name the schema or the table\. What is there: account, session, user, verification\.$/,
  ],
  [
    'a schema without tables',
    '',
    { schema: 'nowhere' },
    {},
    /^The schema nowhere has no table of people \(user\): .* no table at all\.$/,
  ],
  [
    'a database of its own',
    'CREATE TABLE "oauthImport" (id text)',
    {},
    {},
    /^The schema test_\w+ is one of nestjs-mcp-auth itself, and none of Better Auth\.$/,
  ],
  [
    'a renamed column',
    'ALTER TABLE "user" RENAME email TO mail',
    {},
    {},
    /^The table user has no email: say what is called otherwise \(user\.email\), or which table is user\.$/,
  ],
  [
    'two tables of one name',
    'CREATE TABLE "users" AS SELECT * FROM "user"',
    {},
    {},
    /^Both users? and users? could be user: say which table it is\.$/,
  ],
  [
    'a table that is not there',
    '',
    { tables: { user: 'people' } },
    {},
    /^There is no table people, which user was said to be called\.$/,
  ],
  [
    'a table that is not read',
    '',
    { tables: { verification: 'x' } as Names['tables'] },
    {},
    /^verification is no table that is read: those are user, account/,
  ],
  [
    'a column that is not read',
    '',
    { columns: { 'user.shoeSize': 'x' } },
    {},
    /^user\.shoeSize is nothing that is read: write it as model\.property, such as user\.email\.$/,
  ],
  [
    'an unknown MCP server',
    '',
    {},
    { resource: 'https://elsewhere.example/mcp' },
    /^There is no MCP server https:\/\/elsewhere\.example\/mcp here\.$/,
  ],
  [
    'no MCP server where there are several',
    '',
    {},
    { resource: undefined },
    /^Better Auth 1\.6 knew no resources: say which MCP server its clients are for \(resource\)\.$/,
  ],
  [
    'a scope of another MCP server',
    '',
    {},
    { scopes: ['files:read'] },
    /^files:read is no scope of http.*: take it out\.$/,
  ],
  [
    'secrets without versions',
    '',
    {},
    { secrets: 'hunter2' },
    /^BETTER_AUTH_SECRETS must be versions and secrets/,
  ],
];

describe.skipIf(!postgresUrl)('an import of Better Auth that cannot be', () => {
  let service: TestService;
  let old: BetterAuthApplication;
  let before: object;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    before = await service.snapshot();
  });
  afterEach(async () => {
    await old.drop();
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(REFUSED)('refuses %s with one sentence', async (_what, change, names, options, sentence) => {
    old = await betterAuthApplication(A);
    await old.sql(change);
    const error = await importInto(service, old, names, options).then(
      () => null,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).toMatch(sentence);
    expect(error?.message).not.toContain('hunter2');
  });
});
