import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GrantSelection } from '../../src/index.js';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { eventually, within } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { testPolicy } from '../support/policy.js';

/** Id of the grant that owns an access token. */
function grantOf(token: string): string {
  const [, claims = ''] = token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { grant_id: string }).grant_id;
}

describe.skipIf(!postgresUrl)('the revocation feed of two instances', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());
  beforeEach(async () => {
    client = await new OAuthTestClient(first).register();
    first.clock.advance(1);
  });

  const refused = (token: string, service: TestService) =>
    eventually(async () => (await client.call(token, undefined, service)).status === 401);
  const write = (kind: string, subject: string, issuedBefore: number | null) =>
    first.sql(
      `INSERT INTO "oauthRevocation" ("kind", "subject", "issuedBefore", "expiresAt", "xid")
       VALUES ($1, $2, $3, $4, pg_current_xact_id()::text::bigint)`,
      [
        kind,
        subject,
        issuedBefore === null ? null : new Date(issuedBefore),
        new Date(first.clock.now() + 3_600_000),
      ],
    );

  it('ends every grant of a person everywhere, and a new sign-in works', async () => {
    const tokens = await client.tokens();
    const another = new OAuthTestClient(first);
    another.credentials = client.credentials;
    const others = await another.tokens({}, 'bob');
    expect((await client.call(tokens.access_token, undefined, second)).status).toBe(200);
    await first.revocations.revokeUser('alice');
    expect((await client.call(tokens.access_token, undefined, first)).status).toBe(401);
    await refused(tokens.access_token, second);
    expect((await client.refresh(tokens.refresh_token, {}, second)).body.error).toBe('invalid_grant');
    expect((await client.call(others.access_token, undefined, second)).status).toBe(200);
    first.clock.advance(1);
    const again = await client.tokens();
    for (const service of [first, second])
      expect((await client.call(again.access_token, undefined, service)).status).toBe(200);
  });

  it('ends every grant of a client everywhere, and disables it where that is asked for', async () => {
    const tokens = await client.tokens();
    await client.refresh(tokens.refresh_token, {}, second);
    await first.revocations.revokeClient(client.credentials.client_id, { disable: true });
    await refused(tokens.access_token, second);
    await eventually(
      async () =>
        (await client.refresh(tokens.refresh_token, {}, second)).body.error === 'invalid_client' &&
        (await client.refresh(tokens.refresh_token, {}, first)).body.error === 'invalid_client',
    );
    expect((await client.authorize()).status).toBe(400);
  });

  it.each<[string, (clientId: string) => GrantSelection]>([
    ['of everybody', () => ({})],
    ['of a person', () => ({ userIds: ['alice'] })],
    ['of a client', (clientId) => ({ clientIds: [clientId] })],
    ['of a resource', () => ({ resources: [first.resource] })],
    [
      'of all three at once',
      (clientId) => ({ userIds: ['alice'], clientIds: [clientId], resources: [first.resource] }),
    ],
  ])('ends what was made before a time, and nothing later: %s', async (_name, select) => {
    const [early, lost] = [await client.tokens(), await client.tokens()];
    first.clock.advance(10);
    const before = new Date(first.clock.now());
    const late = await client.tokens();
    first.clock.advance(10);
    const selection = select(client.credentials.client_id);
    const isOneKind = Object.keys(selection).length < 2;
    if (isOneKind) await first.sql(`DELETE FROM "oauthGrant" WHERE "id" = $1`, [grantOf(lost.access_token)]);
    const others = { ...selection, userIds: ['nobody'] };
    expect(await first.revocations.revokeBefore(before, others)).toBe(0);
    expect((await client.call(early.access_token, undefined, second)).status).toBe(200);

    expect(await first.revocations.revokeBefore(before, selection)).toBeGreaterThan(0);
    for (const service of [first, second]) {
      await refused(early.access_token, service);
      await refused(lost.access_token, service);
      expect((await client.call(late.access_token, undefined, service)).status).toBe(200);
    }
    expect((await client.refresh(early.refresh_token, {}, second)).body.error).toBe('invalid_grant');
    expect((await client.refresh(late.refresh_token, {}, second)).status).toBe(200);
  });

  it('takes back nothing that is yet to come', async () => {
    const tokens = await client.tokens();
    for (const time of [first.clock.now() + 60_000, NaN])
      await expect(first.revocations.revokeBefore(new Date(time))).rejects.toThrow('give an earlier time');
    expect((await client.call(tokens.access_token, undefined, second)).status).toBe(200);
  });

  it('takes back what was made until now, by a clock that is ahead of the database, and nothing later', async () => {
    const tokens = await client.tokens();
    first.clock.skew(5);
    try {
      const now = first.clock.now();
      await expect(first.revocations.revokeBefore(new Date(now + 60_000))).rejects.toThrow('earlier time');
      // What was granted in this very millisecond would stay.
      await delay(2);
      expect(await first.revocations.revokeBefore(new Date(now))).toBeGreaterThan(0);
    } finally {
      first.clock.skew(0);
    }
    for (const service of [first, second]) await refused(tokens.access_token, service);
    const again = await client.tokens();
    for (const service of [first, second])
      expect((await client.call(again.access_token, undefined, service)).status).toBe(200);
  });

  it('takes tokens of one key back', async () => {
    const { access_token: token } = await client.tokens();
    await first.signingKeys.rotate({ alg: 'ES256', compromised: true });
    for (const service of [first, second]) await refused(token, service);
    first.clock.advance(1);
    const { access_token: newer } = await client.tokens();
    expect((await client.call(newer, undefined, second)).status).toBe(200);
  });

  it('takes tokens of one resource back', async () => {
    const { access_token: token } = await client.tokens();
    await write('resource', first.resource, first.clock.now() + 1_000);
    for (const service of [first, second]) await refused(token, service);
  });

  it('forgets what is cached of a client that has changed, and revokes nothing then', async () => {
    const { access_token: token } = await client.tokens();
    const { client_id: id } = client.credentials;
    await second.sql(`UPDATE "oauthApplication" SET "disabled" = true WHERE "clientId" = $1`, [id]);
    const error = async () => (await client.refresh('unknown', {}, first)).body.error;
    expect(await error()).toBe('invalid_grant');
    await write('client', id, null);
    await eventually(async () => (await error()) === 'invalid_client');
    expect((await client.call(token, undefined, second)).status).toBe(200);
  });

  it('does not miss what commits late', async () => {
    const tokens = [await client.tokens(), await client.tokens()];
    const ids = tokens.map(({ access_token: token }) => {
      const [, claims = ''] = token.split('.');
      return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { jti: string }).jti;
    });
    const late = new pg.Client({ connectionString: first.database.url ?? '' });
    await late.connect();
    try {
      await late.query('BEGIN');
      await late.query(
        `INSERT INTO "${first.database.schema}"."oauthRevocation" ("kind", "subject", "issuedBefore", "expiresAt", "xid")
         VALUES ('token', $1, $2, $2, pg_current_xact_id()::text::bigint)`,
        [ids[0], new Date(first.clock.now() + 3_600_000)],
      );
      await write('token', ids[1] ?? '', first.clock.now() + 1_000);
      await refused(tokens[1]?.access_token ?? '', second);
      expect((await client.call(tokens[0]?.access_token ?? '', undefined, second)).status).toBe(200);
      await late.query('COMMIT');
    } finally {
      await late.end();
    }
    await refused(tokens[0]?.access_token ?? '', second);
  });

  it('is read to its end where one transaction has ended more than one look brings', async () => {
    const tokens = [];
    for (let made = 0; made < 3; made++)
      tokens.push(await (await new OAuthTestClient(first).register()).tokens());
    const [one, two, three] = tokens.map(({ access_token: token }) => grantOf(token));
    const dead = new Date(first.clock.now() + 3_600_000);
    await first.sql(
      `INSERT INTO "oauthRevocation" ("kind", "subject", "issuedBefore", "expiresAt", "xid")
      SELECT 'grant', CASE n WHEN 1 THEN $1 WHEN 25001 THEN $2 WHEN 26000 THEN $3 ELSE gen_random_uuid()::text END, $4, $4,
        pg_current_xact_id()::text::bigint FROM generate_series(1, 26000) n`,
      [one, two, three, dead],
    );
    // So many lines may take longer than a second on a machine with much else to do: all of them come.
    for (const service of [first, second])
      for (const { access_token: token } of tokens)
        await eventually(async () => (await client.call(token, undefined, service)).status === 401);
    // Whoever starts later reads all of it, too.
    const third = await startService({ instanceOf: first });
    for (const { access_token: token } of tokens)
      expect((await client.call(token, undefined, third)).status).toBe(401);
    await third.close();
  });

  it('is read for what is new alone, whatever it holds', async () => {
    const lines = 30_000;
    await first.sql(
      `INSERT INTO "oauthRevocation" ("kind", "subject", "issuedBefore", "expiresAt", "xid")
      SELECT 'grant', gen_random_uuid()::text, $1, $1, pg_current_xact_id()::text::bigint FROM generate_series(1, ${lines})`,
      [new Date(first.clock.now() + 3_600_000)],
    );
    await first.sql('ANALYZE "oauthRevocation"');
    const read = async () => {
      const [{ rows } = { rows: '0' }] = await first.sql<{ rows: string }>(
        `SELECT sum("seq_tup_read" + "idx_tup_fetch") AS "rows" FROM pg_stat_user_tables
        WHERE "schemaname" = $1 AND "relname" = 'oauthRevocation'`,
        [first.database.schema],
      );
      return Number(rows);
    };
    await eventually(async () => (await read()) >= lines);
    // Once both have seen these.
    await within(110_000, async () => {
      const before = await read();
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      return (await read()) - before < lines;
    });
  });

  it('goes on when its own connection is cut', async () => {
    const listeners = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN mcp_auth_revocation%'`;
    await eventually(async () => (await first.sql(listeners)).length > 0);
    await first.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN mcp_auth_revocation%'`,
    );
    const { access_token: token } = await client.tokens();
    await first.revocations.revokeUser('alice');
    await refused(token, second);
  });

  it('does nothing for what nobody has', async () => {
    const before = await first.snapshot();
    await first.revocations.revokeGrant('not-an-id');
    await first.revocations.revokeGrant('00000000-0000-4000-8000-000000000000');
    expect(await first.snapshot()).toEqual(before);
  });

  it('tells what is new once, however long a transaction stays open somewhere in the cluster', async () => {
    const { policy, stored } = testPolicy();
    const service = await startService({ policy });
    let readings = 0;
    stored.reading = async () => void (readings += 1);
    const other = new pg.Client({ connectionString: postgresUrl ?? '' });
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT pg_current_xact_id()');
      await service.revocations.policyChanged();
      await eventually(async () => readings > 0);
      await new Promise((resolve) => setTimeout(resolve, 1_600));
      expect(readings).toBe(1);
      await service.revocations.policyChanged();
      await eventually(async () => readings > 1);
    } finally {
      await other.end();
      await service.close();
    }
    expect(readings).toBe(2);
  });
});
