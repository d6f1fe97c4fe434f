import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { ec } from '../support/assertions.js';
import { DELEGATIONS, delegatingServers } from '../support/delegation.js';
import { ForeignIssuer } from '../support/foreign-issuer.js';
import { HeldTransaction } from '../support/held-transaction.js';
import { EnterpriseClient, enterpriseClients, ID_JAG } from '../support/identity-assertions.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe.skipIf(!postgresUrl)('a client that is deleted', () => {
  let company: ForeignIssuer;
  let service: TestService;
  let holder: HeldTransaction;

  beforeAll(async () => {
    company = await ForeignIssuer.start(ID_JAG);
  });
  afterAll(() => company.close());
  beforeEach(async () => {
    service = await startService({
      ...DELEGATIONS,
      clients: enterpriseClients(ec()),
      trustedIssuers: [{ issuer: company.issuer }],
      identityAssertions: () => [{ issuer: company.issuer, clients: ['editor', 'assistant'] }],
    });
    holder = await HeldTransaction.begin(service);
  });
  afterEach(async () => {
    await holder.end().catch(() => undefined);
    await service.close();
  });

  const byIssuer = async () => {
    const editor = new EnterpriseClient(service, company);
    const assertion = await editor.assertion();
    return () => editor.present(assertion);
  };
  const byExchange = async () => {
    const client = await new OAuthTestClient(service).register();
    const { access_token: subject } = await client.tokens();
    const { notes } = delegatingServers(service);
    return () => notes.exchangeToken(subject, { resource: service.secondResource });
  };
  const grantsOf = (clientId: string) =>
    service.sql('SELECT "id" FROM "oauthGrant" WHERE "clientId" = $1', [clientId]);

  it.each([
    ['an assertion', 'editor', byIssuer, true],
    ['an assertion', 'editor', byIssuer, false],
    ['an exchange', 'notes-server', byExchange, true],
    ['an exchange', 'notes-server', byExchange, false],
  ])('gets no token by %s that it asks for meanwhile (%s)', async (_, clientId, begin, isHeld) => {
    const end = await begin();
    if (isHeld) await holder.run('SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))', [clientId]);
    await holder.run('DELETE FROM "oauthApplication" WHERE "clientId" = $1', [clientId]);
    const answer = end();
    await holder.waiting(1);
    await holder.commit();
    const { status, body } = await answer;
    expect([status, body.access_token]).toEqual([expect.any(Number), undefined]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(await grantsOf(clientId)).toEqual([]);
  });

  it('leaves no grant, where somebody deletes nothing but its row', async () => {
    const client = await new OAuthTestClient(service).register();
    await client.tokens();
    const { client_id: id } = client.credentials;
    expect(await grantsOf(id)).toHaveLength(1);
    await service.sql('DELETE FROM "oauthApplication" WHERE "clientId" = $1', [id]);
    const tokens = () => service.sql('SELECT 1 FROM "oauthAccessToken" WHERE "clientId" = $1', [id]);
    await service.prune();
    expect([await grantsOf(id), (await tokens()).length]).toEqual([[], 1]);
    // Until then the status lists say that it was taken back.
    service.clock.advance(3_601);
    await service.prune();
    expect(await tokens()).toEqual([]);
  });
});
