import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientCatalog } from '../../src/service-kit.js';
import { dataSourceOf, postgresUrl, startService, type TestService } from '../support/app.js';
import { HeldTransaction } from '../support/held-transaction.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe.skipIf(!postgresUrl)('a client that somebody blocks while something is granted to it', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('waits for the grant, which does not wait for it', async () => {
    const client = await new OAuthTestClient(service).register();
    const clientId = client.credentials.client_id;
    const [{ id } = { id: '' }] = await service.sql<{ id: string }>(
      'SELECT "id" FROM "oauthApplication" WHERE "clientId" = $1',
      [clientId],
    );
    // As a statement that grants does: first what keeps revocations away, and then the row.
    const granting = await HeldTransaction.begin(service);
    try {
      await granting.run('SELECT pg_advisory_xact_lock_shared(hashtextextended($1::text, 2))', [clientId]);
      const blocking = dataSourceOf(service).transaction(async (transaction) => {
        const held = await service.application.get(ClientCatalog).hold(id, transaction);
        await service.revocations.revokeClient(clientId, { disable: true }, transaction);
        return held?.clientId;
      });
      await granting.waiting(1);
      await granting.run('SELECT 1 FROM "oauthApplication" WHERE "clientId" = $1 FOR SHARE', [clientId]);
      await granting.run('COMMIT', []);
      expect(await blocking).toBe(clientId);
    } finally {
      await granting.end();
    }
    expect((await client.authorize()).status).toBe(400);
  });
});
