import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { User } from '../../src/people/entities/user.entity.js';
import { Browser, type BrowserResponse } from '../../../test/support/browser.js';
import { eventually } from '../../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../../test/support/postgres.js';
import { waitingPath } from '../support/approvals.js';
import { ServiceClient } from '../support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from '../support/standalone.js';

const OTHER = 'bob@example.com';
const MEMBER = 'eve@example.com';
const ROUNDS = 5;

describe.skipIf(!postgresUrl)('two administrators on two replicas', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let first: Standalone;
  let second: Standalone;
  let administrators: Browser[];

  beforeAll(async () => {
    database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_CLIENT_POLICY: 'approval',
    };
    first = await startStandalone(environment);
    second = await startStandalone({ ...environment, MCP_AUTH_ISSUER: first.issuer }, false, first.clock);
    await first.addMember(MEMBER, []);
    const id = await first.addMember(OTHER, []);
    await first.dataSource.getRepository(User).update({ id }, { role: 'administrator' });
    administrators = [await signIn(ADMINISTRATOR.email, new Browser()), await signIn(OTHER, atSecond())];
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await database.drop();
  });

  const atSecond = () => new Browser({ [first.issuer]: second.origin });
  const signIn = async (email: string, browser: Browser) => {
    await fillSignIn(browser, await browser.get(`${first.issuer}/sign-in`), email, PASSWORD);
    return browser;
  };
  const approvals = (clientId: string) =>
    first.dataSource.query<{ outcome: string }[]>(
      'SELECT "outcome" FROM mcp_auth."clientDecision" WHERE "kind" = $1',
      [clientId],
    );
  /** A client that somebody asked for, and the access page as each administrator sees it. */
  const ask = async (): Promise<{ client: ServiceClient; pages: BrowserResponse[]; path: string }> => {
    const client = await new ServiceClient(first, first.mcpUrl).register();
    expect((await client.authorize(MEMBER, 'mcp:tools')).body).toContain('Waiting for approval');
    const path = await waitingPath(first, client.clientId);
    const pages = await Promise.all(administrators.map((one) => one.get(`${first.issuer}${path}`)));
    return { client, pages, path };
  };
  const decideAtOnce = async (decisions: string[]) => {
    const { client, pages, path } = await ask();
    const { clientId } = client;
    const answers = await Promise.all(
      pages.map((page, index) =>
        administrators[index]?.send(page, path, { outcome: decisions[index] ?? '' }),
      ),
    );
    return { client, statuses: answers.map((answer) => answer?.status), rows: await approvals(clientId) };
  };

  it('approve a client at once: it is approved', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { statuses, rows } = await decideAtOnce(['approved', 'approved']);
      expect(statuses).toEqual([303, 303]);
      expect(rows).toEqual([{ outcome: 'approved' }]);
    }
  });

  it('refuse a client at once: it is refused', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { statuses, rows } = await decideAtOnce(['refused', 'refused']);
      expect(statuses).toEqual([303, 303]);
      expect(rows).toEqual([{ outcome: 'refused' }]);
    }
  });

  it('approve and refuse a client at once: it is refused, whoever was first, and nobody connects with it', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { client, statuses, rows } = await decideAtOnce(['approved', 'refused']);
      expect([303, 409]).toContain(statuses[0]);
      expect(statuses[1]).toBe(303);
      expect(rows).toEqual([{ outcome: 'refused' }]);
      // The replica may still go by the approval for a moment.
      await eventually(
        async () => !(await client.authorize(MEMBER, 'mcp:tools')).body.includes('value="approve"'),
      );
    }
  });

  it('approve a client that another has refused: they are told, and nothing changes', async () => {
    const { client, pages, path } = await ask();
    const { clientId } = client;
    const [one, two] = administrators as [Browser, Browser];
    const [seenByOne, seenByTwo] = pages as [BrowserResponse, BrowserResponse];
    expect((await one.send(seenByOne, path, { outcome: 'refused' })).status).toBe(303);
    const revocations = () =>
      first.dataSource.query<object[]>(`SELECT count(*)::int FROM mcp_auth."oauthRevocation"`);
    const before = await revocations();
    const late = await two.send(seenByTwo, path, { outcome: 'approved' });
    expect([late.status, late.body]).toEqual([
      409,
      expect.stringContaining('Nobody waits for this application any more'),
    ]);
    expect(await revocations()).toEqual(before);
    expect(await approvals(clientId)).toEqual([{ outcome: 'refused' }]);
  });
});
