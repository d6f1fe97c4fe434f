import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { type Pooler, startPooler } from '../../test/support/pooler.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

describe.skipIf(!postgresUrl)('the service behind a pooler in transaction mode', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let pooler: Pooler | null;
  let replicas: Standalone[] = [];

  beforeAll(async () => {
    database = await newDatabase();
    pooler = await startPooler(database.url);
    if (!pooler) return;
    const environment = {
      DATABASE_URL: pooler.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    const first = await startStandalone(environment);
    const second = await startStandalone(
      { ...environment, MCP_AUTH_ISSUER: first.issuer },
      false,
      first.clock,
    );
    replicas = [first, second];
  });
  afterAll(async () => {
    for (const replica of replicas.toReversed()) await replica.close();
    await pooler?.stop();
    await database.drop();
  });

  it('signs people in, issues, rotates and revokes on both replicas, many at once', async (context) => {
    const [first, second] = replicas;
    if (!first || !second) {
      context.skip();
      return;
    }
    const clients = await Promise.all(
      Array.from({ length: 8 }, () => new ServiceClient(first, first.mcpUrl).register()),
    );
    await Promise.all(
      clients.map(async (client) => {
        const tokens = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
        let { refresh_token: token } = tokens;
        for (let round = 0; round < 5; round += 1) {
          const answer = await client.refresh(token, round % 2 === 0 ? second.origin : first.origin);
          expect(answer.status).toBe(200);
          token = answer.body.refresh_token;
        }
        const replay = await client.refresh(tokens.refresh_token, second.origin);
        expect([replay.status, replay.body.error]).toEqual([400, 'invalid_grant']);
        const call = () =>
          fetch(first.mcpUrl, {
            method: 'POST',
            headers: { authorization: `Bearer ${tokens.access_token}`, 'content-type': 'application/json' },
            body: '{}',
          });
        await eventually(async () => (await call()).status === 401);
      }),
    );
    expect((await fetch(`${second.origin}/health/ready`)).status).toBe(200);
    expect((await fetch(`${second.origin}/health/live`)).status).toBe(200);
  });
});
