import { decodeJwt } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpConnections } from '../../src/index.js';
import { postgresUrl, startReplicas, type TestService } from '../support/app.js';
import { DELEGATIONS, delegatingServers, REMOTE } from '../support/delegation.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const CHAINS = 50;

describe('the end of what was delegated (RFC 8693 §4.1)', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let servers: ReturnType<typeof delegatingServers>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas(DELEGATIONS));
    servers = delegatingServers(first);
  });
  afterAll(() => close());
  beforeEach(async () => {
    first.clock.advance(10);
    client = await new OAuthTestClient(first).register();
  });

  const grantOf = (token: string) => String(decodeJwt(token)['grant_id']);
  const filesStatus = async (token: string, service: TestService) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${service.origin}/files`, { method: 'POST', headers })).status;
  };
  const notesStatus = async (token: string, service: TestService) =>
    (await client.call(token, undefined, service)).status;
  const isActive = async (token: string, server: (typeof servers)['files']) => {
    const body = new URLSearchParams({ token });
    const response = await fetch(`${second.origin}/introspect`, {
      method: 'POST',
      headers: server.headers,
      body,
    });
    return ((await response.json()) as { active: boolean }).active;
  };
  /** From a person's client through all three servers, and back to the first. */
  const chain = async () => {
    const { access_token: subject } = await client.tokens();
    const { body: toFiles } = await servers.notes.exchangeToken(subject, { resource: first.secondResource });
    const { body: toRemote } = await servers.files.exchangeToken(toFiles.access_token, { resource: REMOTE });
    const { body: toNotes } = await servers.remote.exchangeToken(toRemote.access_token, {
      resource: first.resource,
    });
    return {
      subject,
      toFiles: toFiles.access_token,
      toRemote: toRemote.access_token,
      toNotes: toNotes.access_token,
    };
  };

  it(`comes within a second of the end of the first grant, ${CHAINS} of ${CHAINS}, on two instances`, async () => {
    const delays: number[] = [];
    for (let round = 0; round < CHAINS; round += 1) {
      first.clock.advance(1);
      const { subject, toFiles, toRemote, toNotes } = await chain();
      for (const service of [first, second]) {
        expect(await filesStatus(toFiles, service)).toBe(200);
        expect(await notesStatus(toNotes, service)).toBe(200);
      }
      const begun = performance.now();
      await first.revocations.revokeGrant(grantOf(subject));
      await eventually(async () => (await filesStatus(toFiles, second)) === 401);
      await eventually(async () => (await notesStatus(toNotes, second)) === 401);
      delays.push(performance.now() - begun);
      expect(await filesStatus(toFiles, first)).toBe(401);
      expect(await notesStatus(toNotes, first)).toBe(401);
      expect(await isActive(toRemote, servers.remote)).toBe(false);
    }
    expect(delays.toSorted((one, other) => one - other)[CHAINS / 2]).toBeLessThan(1_000);
    console.info(`Refused after ${Math.round(Math.max(...delays))} ms at most, of ${delays.length} chains.`);
  });

  it.each<[string, (tokens: Awaited<ReturnType<typeof chain>>) => Promise<unknown>]>([
    [
      'the person ends the connection',
      ({ subject }) => first.application.get(McpConnections).end('alice', grantOf(subject)),
    ],
    ['everything of the person is revoked', () => first.revocations.revokeUser('alice')],
    [
      'the person’s client is disabled',
      () => first.revocations.revokeClient(client.credentials.client_id, { disable: true }),
    ],
    ['the policy changes', () => first.revocations.policyChanged({ userIds: ['alice'] })],
    ['the grant in the middle ends', ({ toFiles }) => first.revocations.revokeGrant(grantOf(toFiles))],
  ])('comes for a whole chain when %s', async (_, end) => {
    const tokens = await chain();
    await end(tokens);
    await eventually(async () => (await filesStatus(tokens.toFiles, second)) === 401);
    await eventually(async () => (await notesStatus(tokens.toNotes, second)) === 401);
    expect(await isActive(tokens.toRemote, servers.remote)).toBe(false);
    const refused = await servers.files.exchangeToken(tokens.toFiles, { resource: REMOTE });
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_request']);
  });

  it('leaves what a grant in the middle came from', async () => {
    const { subject, toFiles, toRemote } = await chain();
    await first.revocations.revokeGrant(grantOf(toRemote));
    await eventually(async () => !(await isActive(toRemote, servers.remote)));
    expect(await filesStatus(toFiles, second)).toBe(200);
    expect(await notesStatus(subject, second)).toBe(200);
  });

  describe.skipIf(!postgresUrl)('in the moment of an exchange', () => {
    const inTransaction = async (work: (other: pg.Client) => Promise<void>) => {
      const other = new pg.Client({ connectionString: first.database.url });
      await other.connect();
      try {
        await other.query(`SET search_path TO "${first.database.schema}"`);
        await other.query('BEGIN');
        await work(other);
      } finally {
        await other.end();
      }
    };
    const waiting = (text: string) =>
      eventually(async () => {
        const rows = await first.sql(
          `SELECT 1 FROM pg_stat_activity WHERE "wait_event_type" = 'Lock' AND "query" LIKE $1`,
          [`%${text}%${first.database.schema}%`],
        );
        return rows.length > 0;
      });

    it('waits for a revocation that is under way, and issues nothing', async () => {
      const { access_token: subject } = await client.tokens();
      const before = await first.snapshot();
      await inTransaction(async (other) => {
        await other.query('UPDATE "oauthGrant" SET "revokedAt" = now() WHERE "id" = $1', [grantOf(subject)]);
        const asked = servers.notes.exchangeToken(subject, { resource: first.secondResource });
        await waiting('subject AS MATERIALIZED');
        await other.query('COMMIT');
        const { status, body } = await asked;
        expect([status, body.error]).toEqual([400, 'invalid_request']);
      });
      expect(await first.snapshot()).toEqual(before);
    });

    it('is refused everywhere when the first grant ends while it is made, which nobody sees in time', async () => {
      const { access_token: subject } = await client.tokens();
      let late = '';
      await inTransaction(async (other) => {
        // What is made waits for its client's row, and holds that of its parent.
        await other.query(`SELECT 1 FROM "oauthApplication" WHERE "clientId" = 'notes-server' FOR UPDATE`);
        const asked = servers.notes.exchangeToken(subject, { resource: first.secondResource });
        await waiting('subject AS MATERIALIZED');
        const ended = second.revocations.revokeGrant(grantOf(subject));
        await waiting('lineage ("id"');
        await other.query('COMMIT');
        const { status, body } = await asked;
        expect(status).toBe(200);
        late = body.access_token;
        await ended;
      });
      const [row] = await first.sql('SELECT "revokedAt" FROM "oauthGrant" WHERE "id" = $1', [grantOf(late)]);
      expect(row).toEqual({ revokedAt: null });
      for (const service of [first, second])
        await eventually(async () => (await filesStatus(late, service)) === 401);
      expect(await isActive(late, servers.files)).toBe(false);
      const refused = await servers.files.exchangeToken(late, { resource: REMOTE });
      expect([refused.status, refused.body.error]).toEqual([400, 'invalid_request']);
    });
  });
});
