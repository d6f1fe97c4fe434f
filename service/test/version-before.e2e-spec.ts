import { afterAll, beforeAll, expect, describe, it } from 'vitest';
import { startStandalone, type Standalone } from './support/standalone.js';

const ID = '6a0c1d2e-0000-4000-8000-000000000001';
const ISSUER = 'https://login.example';

describe('what the version before writes about people', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());

  const query = (sql: string, values: unknown[] = []) => service.dataSource.query<object[]>(sql, values);
  const identities = () =>
    query(
      `SELECT sub, groups, "groupsReadAt", "provesAddress", "isSource" FROM mcp_auth.identity ORDER BY sub`,
    );
  const connect = (sub: string) =>
    query(
      `INSERT INTO mcp_auth.account (id, "userId", "providerId", "accountId") VALUES (gen_random_uuid(), $1, $2, $3)`,
      [ID, `${ISSUER}/${sub}`, sub],
    );
  const name = (groups: string[], at: Date) =>
    query(`UPDATE mcp_auth."user" SET groups = $2, "groupsReadAt" = $3 WHERE id = $1`, [ID, groups, at]);
  const [first, second, third] = [new Date(1_000), new Date(2_000), new Date(3_000)];

  it('is found where this version looks: subject, identity and groups', async () => {
    await query(
      `INSERT INTO mcp_auth."user" (id, name, email, "emailVerified", role, groups, "groupsReadAt")
       VALUES ($1, 'Grace', 'grace@example.com', true, 'member', '{a}', $2)`,
      [ID, first],
    );
    expect(await query(`SELECT subject FROM mcp_auth."user" WHERE id = $1`, [ID])).toEqual([{ subject: ID }]);
    await connect('grace');
    const known = { sub: 'grace', provesAddress: true, isSource: true };
    expect(await identities()).toEqual([{ ...known, groups: ['a'], groupsReadAt: first }]);
    await name(['b'], second);
    expect(await identities()).toEqual([{ ...known, groups: ['b'], groupsReadAt: second }]);

    // Of several it cannot be told whose groups they are: none changes until the person signs in here.
    await connect('hopper');
    const before = await identities();
    expect(before).toMatchObject([known, { sub: 'hopper', provesAddress: false, isSource: false }]);
    await name(['c'], third);
    expect(await identities()).toEqual(before);
    await query(`DELETE FROM mcp_auth.account WHERE "accountId" = 'grace'`);
    expect(await identities()).toMatchObject([{ sub: 'hopper' }]);
  });
});
