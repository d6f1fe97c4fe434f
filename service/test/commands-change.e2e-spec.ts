import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase } from '../../test/support/postgres.js';
import { AuditVerifier } from '../src/audit/audit-verifier.js';
import { AUDIT_TABLE, digestOf } from './support/audit.js';
import { runCommand, runHere, runOnTerminal } from './support/run-command.js';
import { ServiceClient } from './support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from './support/standalone.js';

describe.skipIf(!postgresUrl)('a command beside a service that runs', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: NodeJS.ProcessEnv;
  let service: Standalone;

  beforeAll(async () => {
    database = await newDatabase();
    environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      PORT: String(await freePort()),
    };
  });
  beforeEach(async () => {
    service = await startStandalone(environment);
    await service.dataSource.query(`UPDATE mcp_auth."user" SET "disabledAt" = NULL`);
  });
  afterEach(() => service.close());
  afterAll(() => database.drop());

  const run = (...words: string[]) => runCommand(environment, words);
  const say = (...words: string[]) => runHere(environment, words);
  const signIn = async (email: string, password: string) => {
    const browser = new Browser();
    return fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), email, password);
  };
  const client = () => new ServiceClient(service, service.mcpUrl).register();
  const events = (action: string) =>
    service.dataSource.query<{ detail: Record<string, unknown>; userId: string | null }[]>(
      `SELECT "detail", "userId" FROM ${AUDIT_TABLE} WHERE "action" = $1 ORDER BY "sequence" DESC`,
      [action],
    );
  const loseEveryAdministrator = () =>
    service.dataSource.query(
      `UPDATE mcp_auth."user" SET "disabledAt" = now() WHERE "role" = 'administrator'`,
    );

  it('makes an administrator by a link that works once, when there is no terminal', async () => {
    await loseEveryAdministrator();
    const { code, output, errors } = await run('admin', 'create', 'New@Example.com');
    expect([code, errors]).toEqual([0, '']);
    const link = output.trimEnd();
    expect(link).toMatch(new RegExp(`^${service.issuer}/password\\?token=[\\w-]{43}$`));
    const browser = new Browser();
    const answer = await browser.submit(await browser.get(link), undefined, (fields) =>
      fields.map(([name, value]) => [name, /password|repeated/.test(name) ? PASSWORD : value]),
    );
    expect(answer.status).toBe(303);
    expect((await browser.get(link)).status).toBe(410);
    expect((await signIn('new@example.com', PASSWORD)).status).toBe(303);
    const [created] = await events('account.create');
    expect(created).toMatchObject({
      userId: null,
      detail: {
        by: 'command',
        nameDigest: await digestOf(service, 'new@example.com'),
        role: 'administrator',
      },
    });
  });

  it('gives the password of an account on a terminal, which becomes an administrator’s and is enabled', async () => {
    const id = await service.addMember('bob@example.com', []);
    await service.dataSource.query(`UPDATE mcp_auth."user" SET "disabledAt" = now() WHERE "id" = $1`, [id]);
    const password = 'another long password';
    const { code, screen } = await runOnTerminal(
      environment,
      ['admin', 'create', 'bob@example.com'],
      [
        ['A new password for bob@example.com: ', password],
        ['Once more: ', password],
      ],
    );
    expect([code, screen.includes(password)]).toEqual([0, false]);
    expect(screen).toContain('bob@example.com is an administrator.');
    expect((await signIn('bob@example.com', PASSWORD)).status).not.toBe(303);
    expect((await signIn('bob@example.com', password)).status).toBe(303);
    for (const action of ['account.enable', 'account.role', 'account.password'])
      expect((await events(action))[0]).toMatchObject({ detail: { target: id, by: 'command' } });
  });

  it.each([
    ['are two', ['correct horse battery', 'staple pony of steel'], 'The two passwords differ'],
    ['are too short', ['short'], 'A password has 12 to '],
    ['are common', ['password123456'], 'This password is easy to guess'],
    ['are of the address', ['eve@example.com'], 'This password is easy to guess'],
  ])('changes nothing when the passwords on the terminal %s', async (_name, typed, sentence) => {
    const questions = ['A new password for eve@example.com: ', 'Once more: '];
    const { code, screen } = await runOnTerminal(
      environment,
      ['admin', 'create', 'eve@example.com'],
      typed.map((text, index) => [questions[index] ?? '', text]),
    );
    expect(code).toBe(1);
    expect(screen).toContain(sentence);
    expect(screen).not.toMatch(/^\s+at /m);
    expect(
      await service.dataSource.query(`SELECT 1 FROM mcp_auth."user" WHERE "email" LIKE 'eve@%'`),
    ).toEqual([]);
  });

  it('ends all access that was given before a time, sessions too, and nothing that was given later', async () => {
    const early = await client();
    const tokens = await early.tokens(ADMINISTRATOR.email, 'mcp:tools');
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), ADMINISTRATOR.email, PASSWORD);
    const before = new Date(Date.now() - 1_000);
    await service.dataSource.query(`UPDATE mcp_auth."oauthGrant" SET "createdAt" = $1`, [new Date(0)]);
    await service.dataSource.query(`UPDATE mcp_auth."session" SET "createdAt" = $1`, [new Date(0)]);
    const other = await client();
    const late = await other.tokens(ADMINISTRATOR.email, 'mcp:tools');

    const { code, output, errors } = await run('revoke', '--before', before.toISOString());
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^1 connections and \d+ sign-in sessions are ended\.\n$/);
    expect((await early.refresh(tokens.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await browser.get(`${service.issuer}/`)).headers.get('location')).toContain('/sign-in');
    expect((await other.refresh(late.refresh_token)).status).toBe(200);
    expect((await events('grants.revoke'))[0]?.detail).toMatchObject({
      before: before.toISOString(),
      by: 'command',
      grants: 1,
    });
  });

  it.each([
    [
      ['--user', 'nobody@example.com', '--before', '2026-01-01T00:00:00Z'],
      'There is nobody called nobody@example.com',
    ],
    [['--before', '2999-01-01T00:00:00Z'], 'give an earlier time'],
  ])('takes nothing back for %j', async (words, sentence) => {
    const own = await client();
    const tokens = await own.tokens(ADMINISTRATOR.email, 'mcp:tools');
    const { code, output, errors } = await say('revoke', ...words);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(sentence);
    expect(errors).not.toMatch(/^\s+at /m);
    expect((await own.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('rotates the keys, and refuses what a compromised one signed', async () => {
    const own = await client();
    const { access_token: token, refresh_token: refresh } = await own.tokens(
      ADMINISTRATOR.email,
      'mcp:tools',
    );
    const published = await run('keys', 'rotate');
    expect(published).toMatchObject({ code: 0, errors: '' });
    expect(published.output).toMatch(/^The ES256 key \S+ signs from \S+Z\.\nThe RS256 key /);
    const status = async (accessToken: string) =>
      (await fetch(`${service.issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } }))
        .status;
    const { code } = await say('keys', 'rotate', '--compromised');
    expect(code).toBe(0);
    await eventually(async () => (await status(token)) === 401);
    expect((await own.refresh(refresh)).status).toBe(200);
    expect((await events('key.rotate')).length).toBeGreaterThan(1);
  });

  it('lists MCP servers, and retires one for good', async () => {
    const list = await run('resources', 'list');
    expect(list).toMatchObject({ code: 0, errors: '' });
    expect(list.output).toContain(`${service.mcpUrl}\tenabled\tCompany tools\n`);
    const unknown = await say('resources', 'retire', 'https://nobody.example');
    expect([unknown.code, unknown.errors]).toEqual([1, 'There is no resource https://nobody.example.\n']);
    expect((await run('resources', 'retire', service.mcpUrl)).output).toBe(`${service.mcpUrl} is retired.\n`);
    expect((await say('resources', 'retire', service.mcpUrl)).output).toContain('retired already');
    expect((await say('resources', 'list')).output).toContain(`${service.mcpUrl}\tretired\t`);
    expect((await events('resource.disable'))[0]).toBeDefined();
  });

  it('leaves the audit whole', async () => {
    expect((await service.application.get(AuditVerifier).verify([])).problems).toEqual([]);
  });

  it('does nothing in a database of another issuer', async () => {
    const other = { ...environment, MCP_AUTH_ISSUER: 'http://localhost:9' };
    const { code, errors } = await runHere(other, ['admin', 'create', 'x@example.com']);
    expect(code).toBe(1);
    expect(errors).toMatch(/^The database belongs to the issuer http:\/\/localhost:\d+: set .*\n$/);
  });
});
