import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import type { BetterAuthFixture } from '../../test/support/better-auth.js';
import { Browser, encode } from '../../test/support/browser.js';
import type { TokenAnswer } from '../../test/support/oauth-client.js';
import { signedIn } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { counted, type Move, startMove } from './support/better-auth-move.js';
import type { CommandEnd } from './support/run-command.js';
import { ServiceClient } from './support/service-client.js';
import { fillSignIn } from './support/standalone.js';

const RENAMED = ['--table', 'user=people', '--table', 'account=ways_in', '--column', 'user.email=mail'];
const SHAPES: [string, BetterAuthFixture, string[]][] = [
  ['1.6', 'better_auth_a', []],
  ['1.6, with ids that count up and names of its own', 'better_auth_a_renamed', RENAMED],
  ['1.7', 'better_auth_b', []],
];

describe.skipIf(!postgresUrl).each(SHAPES)('moving over from Better Auth %s', (_what, fixture, names) => {
  const isFirst = fixture !== 'better_auth_b';
  let moved: Move;
  let dryRun: CommandEnd & { before: string; after: string };
  let applied: CommandEnd;

  beforeAll(async () => {
    moved = await startMove(fixture);
    const before = await moved.rows();
    dryRun = { ...(await moved.move(...names)), before, after: await moved.rows() };
    applied = await moved.move(...names, '--apply');
  });
  afterAll(() => moved.close());

  const signIn = async (name: string, password = moved.old.person(name).password) => {
    const browser = await signedIn(moved.service, moved.old.person(name).email, password);
    return (await browser.get(`${moved.service.issuer}/`)).status === 200 ? browser : null;
  };
  const passwordOf = async (name: string) => {
    const rows = await moved.service.dataSource.query<{ password: string }[]>(
      `SELECT a."password" FROM mcp_auth."account" a JOIN mcp_auth."user" u ON u."id" = a."userId" WHERE u."email" = $1`,
      [moved.old.person(name).email],
    );
    return rows[0]?.password;
  };
  const token = async (name: string, fields: Record<string, string>) => {
    const { client_id, client_secret } = moved.old.client(name);
    const body = encode({ client_id, ...(client_secret && { client_secret }), ...fields });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(`${moved.service.issuer}/token`, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as TokenAnswer['body'] };
  };

  it('says in a dry run what it then does, and writes nothing', () => {
    expect([dryRun.code, dryRun.errors, dryRun.after]).toEqual([0, '', dryRun.before]);
    expect(dryRun.output).toMatch(/^A dry run: nothing is written\. /);
    expect([applied.code, applied.errors]).toEqual([0, '']);
    expect(applied.output).toMatch(/^It is done, and is in the audit\.\n/);
    const rest = ({ output }: CommandEnd) => output.split('\n').slice(1);
    expect(rest(applied)).toEqual(rest(dryRun));
    expect(counted(applied, 'people')).toEqual(isFirst ? [4, 0, 0] : [2, 0, 0]);
    expect(counted(applied, 'passwords')).toEqual(isFirst ? [3, 0, 0] : [2, 0, 0]);
    expect(counted(applied, 'clients')).toEqual(isFirst ? [5, 0, 0] : [3, 0, 0]);
    expect(counted(applied, 'refresh tokens')[0]).toBe(2);
  });

  it('lets people sign in with their old passwords, which are argon2id from then on', async () => {
    for (const name of ['ada', 'grace']) {
      expect(await passwordOf(name)).toMatch(/^[0-9a-f]{32}:/);
      expect(await signIn(name, 'another password')).toBeNull();
      expect(await signIn(name), name).not.toBeNull();
      expect(await passwordOf(name)).toMatch(/^\$argon2id\$/);
      expect(await signIn(name), name).not.toBeNull();
    }
  });

  it.runIf(isFirst)('lets nobody in who is banned', async () => {
    expect(await signIn('mallory')).toBeNull();
  });

  it('lets clients go on with their ids, secrets and refresh tokens, and people keep their ids', async () => {
    const people = isFirst ? { public: 'ada', plain: 'grace' } : { public: 'ada', hashed: 'grace' };
    for (const [client, person] of Object.entries(people)) {
      const refresh_token = moved.old.refreshToken(client);
      const { status, body } = await token(client, { grant_type: 'refresh_token', refresh_token });
      expect([status, body.scope]).toEqual([200, 'openid profile email offline_access mcp:tools']);
      expect(decodeJwt(body.access_token)).toMatchObject({
        sub: moved.old.person(person).id,
        aud: moved.service.mcpUrl,
        client_id: moved.old.client(client).client_id,
      });
      const call = await fetch(moved.service.mcpUrl, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${body.access_token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
      expect(call.status).toBe(200);
    }
  });

  it('lets a person connect an old client anew, and does not ask again for what they had allowed', async () => {
    const browser = new Browser();
    const callback = 'https://client.example/callback';
    const client = new ServiceClient(moved.service, moved.service.mcpUrl, callback, browser);
    client.clientId = moved.old.client('public').client_id;
    const page = await client.toSignIn('openid mcp:tools');
    const { email, password } = moved.old.person('ada');
    const answer = await browser.follow(
      await fillSignIn(browser, page, email, password),
      moved.service.issuer,
    );
    const { status, body } = await client.token(client.codeFrom(answer));
    expect([status, decodeJwt(body.access_token).sub]).toEqual([200, moved.old.person('ada').id]);
  });

  it('is one event of the audit, with how much it took', async () => {
    const events = (await auditEvents(moved.service)).filter(({ action }) => action === 'import');
    expect(events).toMatchObject([
      {
        outcome: 'success',
        userId: null,
        detail: { by: 'command', from: 'better-auth', people: isFirst ? 4 : 2, 'refresh tokens': 2 },
      },
    ]);
  });

  it('changes nothing when it runs again, even for people who are gone', async () => {
    const { service, old } = moved;
    await service.dataSource.query(`DELETE FROM mcp_auth."user" WHERE "email" = $1`, [
      old.person('grace').email,
    ]);
    const before = await moved.rows();
    const again = await moved.move(...names, '--apply');
    expect([again.code, await moved.rows()]).toEqual([0, before]);
    expect(counted(again, 'people')).toEqual(isFirst ? [0, 3, 1] : [0, 1, 1]);
    expect(again.output).toContain('- people (1): was taken over before, and is gone here\n');
    for (const kind of ['passwords', 'clients', 'consents', 'refresh tokens'])
      expect(counted(again, kind)[0], kind).toBe(0);
  });
});
