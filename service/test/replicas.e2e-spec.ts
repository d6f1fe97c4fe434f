import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccountChanges } from '../src/people/account-changes.js';
import { atPage } from '../src/web/author.js';
import { Invitations } from '../src/people/invitations.js';
import { Invitation } from '../src/people/entities/invitation.entity.js';
import { User } from '../src/people/entities/user.entity.js';
import { McpSessions } from 'nestjs-mcp-auth';
import { addPerson, signedIn, WHATEVER_IT_IS } from './support/administration.js';
import { freePort } from '../../test/support/free-port.js';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';

describe.skipIf(!postgresUrl)('accounts on two replicas', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;
  let ada: string;

  beforeAll(async () => {
    database = await newDatabase();
    const port = await freePort();
    const environment = {
      MCP_AUTH_ISSUER: `http://localhost:${port}`,
      PORT: String(port),
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, PORT: String(await freePort()) }, false, first.clock);
    ada = (await users().findOneByOrFail({ email: ADMINISTRATOR.email })).id;
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
  });
  beforeEach(() => first.dataSource.query('DELETE FROM mcp_auth."rateLimit"'));

  const users = () => first.dataSource.getRepository(User);
  const as = (id: string) => atPage({ id, role: 'administrator' });
  const changes = ({ application }: Standalone) => application.get(AccountChanges);
  const enabledAdministrators = () =>
    first.dataSource.query<unknown[]>(
      `SELECT 1 FROM mcp_auth."user" WHERE role = 'administrator' AND "disabledAt" IS NULL`,
    );

  it('end with their tokens and sessions within a second on the other, fifty times of fifty', async () => {
    const id = await addPerson(first, MEMBER, 'member');
    const client = await new ServiceClient(first, first.mcpUrl).register();
    const elsewhere = (browser: Browser) => browser.get(`${second.origin}/`);
    /** By the guard, which asks no database. */
    const accepts = async (token: string, { application }: Standalone) =>
      (await application.get(McpSessions).fromHeaders({ authorization: `Bearer ${token}` })) !== null;
    const times: number[] = [];
    for (let round = 0; round < 50; round++) {
      await first.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
      const { access_token: token, refresh_token: refresh } = await client.tokens(MEMBER, 'mcp:tools');
      expect([await accepts(token, first), await accepts(token, second)]).toEqual([true, true]);
      expect((await elsewhere(client.browser)).status).toBe(200);
      const started = performance.now();
      await changes(first).disable(as(ada), id, WHATEVER_IT_IS);
      await eventually(async () => !(await accepts(token, second)) && !(await accepts(token, first)));
      times.push(performance.now() - started);
      expect((await elsewhere(client.browser)).status).toBe(303);
      expect((await client.refresh(refresh, second.origin)).body.error).toBe('invalid_grant');
      await changes(second).enable(as(ada), id, WHATEVER_IT_IS);
      expect([await accepts(token, first), await accepts(token, second)]).toEqual([false, false]);
      expect((await elsewhere(client.browser)).status).toBe(303);
      first.clock.advance(2);
    }
    expect(times.toSorted((one, other) => one - other)[25]).toBeLessThan(1_000);
  });

  it('leaves no sign-in session behind that began as the account was disabled', async () => {
    const id = await addPerson(first, 'racer@example.com', 'member');
    for (let round = 0; round < 20; round++) {
      await first.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
      const pause = new Promise((resolve) => setTimeout(resolve, round));
      await Promise.all([
        signedIn(first, 'racer@example.com'),
        pause.then(() => changes(second).disable(as(ada), id, WHATEVER_IT_IS)),
      ]);
      const left = await first.dataSource.query('SELECT 1 FROM mcp_auth."session" WHERE "userId" = $1', [id]);
      expect(left).toHaveLength(0);
      await changes(first).enable(as(ada), id, WHATEVER_IT_IS);
    }
  });

  it('always keep an administrator, when two demote or disable each other at once', async () => {
    const bob = await addPerson(first, 'bob@example.com', 'administrator');
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.allSettled(
        round % 2 === 0
          ? [
              changes(first).setRole(as(ada), bob, 'member', WHATEVER_IT_IS),
              changes(second).setRole(as(bob), ada, 'member', WHATEVER_IT_IS),
            ]
          : [
              changes(first).disable(as(ada), bob, WHATEVER_IT_IS),
              changes(second).disable(as(bob), ada, WHATEVER_IT_IS),
            ],
      );
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await enabledAdministrators()).toHaveLength(1);
      await first.dataSource.query(
        `UPDATE mcp_auth."user" SET role = 'administrator', "disabledAt" = NULL WHERE id IN ($1, $2)`,
        [ada, bob],
      );
      const leaving = await Promise.allSettled([
        changes(first).setRole(as(ada), ada, 'member', WHATEVER_IT_IS),
        changes(second).disable(as(bob), bob, WHATEVER_IT_IS),
      ]);
      expect(leaving.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await enabledAdministrators()).toHaveLength(1);
      await first.dataSource.query(
        `UPDATE mcp_auth."user" SET role = 'administrator', "disabledAt" = NULL WHERE id IN ($1, $2)`,
        [ada, bob],
      );
    }
  });

  it('are made once by an invitation that is redeemed on both at once, twenty times of twenty', async () => {
    for (let round = 0; round < 20; round++) {
      const email = `invited-${round}@example.com`;
      const invitation = { email, name: null, role: 'member' as const };
      const token = await first.application.get(Invitations).invite(as(ada), invitation);
      const form = {
        token,
        name: 'Grace',
        password: 'a brand new password',
        repeated: 'a brand new password',
      };
      const accept = async ({ origin }: Standalone) => {
        const browser = new Browser();
        const page = await browser.get(`${origin}/sign-in`);
        return String((await browser.send(page, '/invitation', form)).status);
      };
      expect((await Promise.all([accept(first), accept(second)])).toSorted()).toEqual(['303', '410']);
      expect(await users().countBy({ email })).toBe(1);
    }
    expect(await first.dataSource.getRepository(Invitation).count()).toBe(0);
  });
});
