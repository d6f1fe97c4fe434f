import { randomBytes, randomInt } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { POLICY_FORMAT } from '../src/policy/entities/applied-policy.entity.js';
import { PolicyChanges } from '../src/policy/policy-changes.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!postgresUrl)('what a later version has announced of the policy', () => {
  const secret = randomBytes(32).toString('base64');
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let service: Standalone;
  let client: ServiceClient;
  let token: string;

  beforeAll(async () => {
    database = await newDatabase();
    service = await startStandalone({ DATABASE_URL: database.url, MCP_AUTH_SECRET: secret });
    client = await new ServiceClient(service, service.mcpUrl).register();
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });
  beforeEach(async () => {
    ({ access_token: token } = await client.tokens(ADMINISTRATOR.email, 'mcp:tools'));
    expect(await call()).toBe(200);
  });

  const call = async () => {
    const { status } = await fetch(service.mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    });
    return status;
  };
  const changes = () => service.application.get(PolicyChanges);
  const nothing = () => changes().change(async () => undefined);
  const row = (text: string) =>
    service.dataSource.query<{ format: number; rules: unknown }[]>(
      text.replace('TABLE', 'mcp_auth."appliedPolicy"'),
    );
  const announced = () => row(`SELECT "format", "policy" -> 'rules' AS "rules" FROM TABLE WHERE "id" = 1`);

  it('takes everything back when it is about all, and is replaced by what this version can read', async () => {
    await row(`UPDATE TABLE SET "format" = 2, "policy" = '{"later": [1]}' WHERE "id" = 1`);
    await nothing();
    await eventually(async () => (await call()) === 401);
    expect(await announced()).toEqual([{ format: POLICY_FORMAT, rules: [expect.anything()] }]);
  });

  it('takes everything back when it is what another replica goes by, as the next one starts', async () => {
    await row(
      `INSERT INTO TABLE ("id", "policy", "format", "appliedAt")
        VALUES (${randomInt(2, 1_000_000)}, '{"later": [1]}', 2, now())`,
    );
    const next = await startStandalone(
      { DATABASE_URL: database.url, MCP_AUTH_SECRET: secret, MCP_AUTH_ISSUER: service.issuer },
      false,
      service.clock,
    );
    await eventually(async () => (await call()) === 401);
    await next.close();
  });

  it('takes nothing back when it says what this version says', async () => {
    await nothing();
    expect(await call()).toBe(200);
  });
});
