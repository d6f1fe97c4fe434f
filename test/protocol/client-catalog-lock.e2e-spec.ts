import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from 'typeorm';
import { ClientCatalog } from '../../src/service-kit.js';
import { dataSourceOf, postgresUrl, startService, type TestService } from '../support/app.js';
import { HeldTransaction } from '../support/held-transaction.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe.skipIf(!postgresUrl)('a transaction that ends what a client has', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it.each<[string, (ids: { id: string; clientId: string }, transaction: EntityManager) => Promise<unknown>]>([
    [
      'read it to change it',
      ({ id }, transaction) => service.application.get(ClientCatalog).hold(id, transaction),
    ],
    [
      'given it another secret',
      ({ clientId }, transaction) => service.clients.rotateSecret(clientId, {}, transaction),
    ],
    ['unblocked it', ({ clientId }, transaction) => service.clients.enable(clientId, transaction)],
  ])('and has %s before, waits for what is being granted, which does not wait for it', async (_, change) => {
    const client = await new OAuthTestClient(service).register({
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const clientId = client.credentials.client_id;
    const [{ id } = { id: '' }] = await service.sql<{ id: string }>(
      'UPDATE "oauthApplication" SET "disabled" = true WHERE "clientId" = $1 RETURNING "id"',
      [clientId],
    );
    // As a statement that grants does: first what keeps revocations away, and then the row.
    const granting = await HeldTransaction.begin(service);
    try {
      await granting.run('SELECT pg_advisory_xact_lock_shared(hashtextextended($1::text, 2))', [clientId]);
      const taking = dataSourceOf(service).transaction(async (transaction) => {
        await change({ id, clientId }, transaction);
        return service.revocations.revokeClient(clientId, { disable: true }, transaction);
      });
      await granting.waiting(1);
      await granting.run('SELECT 1 FROM "oauthApplication" WHERE "clientId" = $1 FOR SHARE', [clientId]);
      await granting.run('COMMIT', []);
      expect(await taking).toBe(0);
    } finally {
      await granting.end();
    }
  });
});
