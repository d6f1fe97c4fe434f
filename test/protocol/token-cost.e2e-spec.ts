import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const ROUNDS = 200;

describe.skipIf(!postgresUrl)('what tokens cost the database', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  /** Of the quietest round: whatever else is written on this server counts too. */
  const leastWal = async (work: () => Promise<unknown>, rounds = ROUNDS) => {
    const lsn = async () =>
      (await service.sql<{ lsn: string }>('SELECT pg_current_wal_insert_lsn() AS lsn'))[0]?.lsn ?? '';
    const bytes: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await lsn();
      await work();
      const [row] = await service.sql<{ bytes: number }>(
        'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::integer AS bytes',
        [before],
      );
      bytes.push(row?.bytes ?? Infinity);
    }
    return Math.min(...bytes);
  };

  /** Until nobody on this server is at work who began before its rows were made: they would be locked. */
  const unheld = (table: string) =>
    eventually(async () => {
      const rows = await service.sql(
        `SELECT 1 FROM "${table}" WHERE age("xmax") <= age(pg_snapshot_xmin(pg_current_snapshot())::xid)`,
      );
      return rows.length === 0;
    });

  it('writes at most 1,600 bytes of WAL from an authorization that needs no page to the tokens', async () => {
    const client = await new OAuthTestClient(service).register();
    await client.tokens();
    await unheld('oauthApplication');
    await unheld('oauthConsent');
    const flow = async () => expect((await client.exchange(await client.code())).status).toBe(200);
    // Fewer than the grants of which the oldest would have to end.
    expect(await leastWal(flow, 45)).toBeLessThanOrEqual(1_600);
  });

  it('writes at most 860 bytes of WAL for a refresh', async () => {
    const client = await new OAuthTestClient(service).register();
    let { refresh_token: token } = await client.tokens();
    const refresh = async () => {
      const answer = await client.refresh(token);
      expect(answer.status).toBe(200);
      token = answer.body.refresh_token;
    };
    expect(await leastWal(refresh)).toBeLessThanOrEqual(860);
  });
});
