import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpConnections } from '../../src/index.js';
import { postgresUrl, startReplicas, startService, type TestService } from '../support/app.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import { TestAccounts } from '../support/host.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { testPolicy } from '../support/policy.js';

describe('a connection', () => {
  let service: TestService;
  let client: OAuthTestClient;
  let connections: McpConnections;

  beforeAll(async () => {
    service = await startService();
    connections = service.application.get(McpConnections);
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
    await service.sql('DELETE FROM "oauthGrant"');
    await service.sql('DELETE FROM "oauthConsent"');
  });

  const silently = async () => redirectParameters(await client.authorize({ prompt: 'none' }));
  const living = () => service.sql('SELECT 1 FROM "oauthGrant" WHERE "revokedAt" IS NULL');
  const consents = () => service.sql('SELECT 1 FROM "oauthConsent"');

  it('is all grants of a person, a client and a resource, and ends with the consent (RFC 9700 §2.2.2)', async () => {
    const tokens = await client.tokens();
    for (let round = 0; round < 3; round += 1)
      expect((await client.exchange((await silently()).get('code') ?? '')).status).toBe(200);
    const [connection, ...others] = await connections.ofUser('alice');
    expect(others).toEqual([]);
    expect(connection).toMatchObject({ clientId: client.credentials.client_id, scopes: ['notes:read'] });
    expect(await living()).toHaveLength(4);

    expect(await connections.end('bob', connection?.grantId ?? '')).toBe(false);
    expect(await living()).toHaveLength(4);
    expect(await connections.end('alice', connection?.grantId ?? '')).toBe(true);
    expect([await living(), await consents()]).toEqual([[], []]);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect((await client.call(tokens.access_token)).status).toBe(401);
    expect((await silently()).get('error')).toBe('consent_required');
    expect(await connections.end('alice', connection?.grantId ?? '')).toBe(false);
  });

  it.each(['person', 'client'])('is not remembered once everything of the %s was revoked', async (what) => {
    await client.tokens();
    expect((await silently()).get('code')).toMatch(/^[\w-]{43}$/);
    if (what === 'person') await service.revocations.revokeUser('alice');
    else await service.revocations.revokeClient(client.credentials.client_id);
    expect([await living(), await consents()]).toEqual([[], []]);
    expect((await silently()).get('error')).toBe('consent_required');
  });

  it('has fifty grants at most: the least recently used gives way', async () => {
    const oldest = await client.tokens();
    service.clock.advance(1);
    const used = await client.tokens();
    for (let round = 0; round < 48; round += 1) {
      service.clock.advance(1);
      expect((await silently()).get('code')).toMatch(/^[\w-]{43}$/);
    }
    expect(await living()).toHaveLength(50);
    const kept = await client.refresh(oldest.refresh_token);
    expect(kept.status).toBe(200);
    service.clock.advance(1);
    await silently();
    expect(await living()).toHaveLength(50);
    expect((await client.refresh(used.refresh_token)).body.error).toBe('invalid_grant');
    expect((await client.refresh(kept.body.refresh_token)).status).toBe(200);
  });

  it('has the sign-in behind it, of which the id_token speaks (OpenID Connect Core §2)', async () => {
    const accounts = service.application.get(TestAccounts);
    const current = accounts.current.bind(accounts);
    accounts.current = async (request) => {
      const signedIn = await current(request);
      return signedIn && { ...signedIn, sid: 'session-1', amr: ['pwd', 'otp'], acr: 'gold' };
    };
    const tokens = await client.tokens({ scope: 'openid notes:read' });
    accounts.current = current;
    const facts = { sid: 'session-1', amr: ['pwd', 'otp'], acr: 'gold' };
    expect(decodeJwt(String(tokens['id_token']))).toMatchObject(facts);
    expect(await service.sql('SELECT "sid", "amr", "acr" FROM "oauthGrant"')).toEqual([facts]);
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'alice', sub_type: 'user' });
  });
});

/** Kept as shortly as any: a minute. */
const SHORT = { 'cache-control': 'no-store' };

describe('a metadata document that changes', () => {
  let service: TestService;
  let documents: DocumentServer;
  let client: OAuthTestClient;
  let path: string;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    await documents?.close();
    documents = await DocumentServer.start();
    path = `/${randomUUID()}/client.json`;
    client = new OAuthTestClient(service);
    client.credentials = { client_id: documents.url(path) };
  });
  afterAll(() => documents.close());

  it('gets no refresh token silently when it asks for one only after the consent', async () => {
    const document = documents.client(path);
    documents.serve(path, { ...document, grant_types: ['authorization_code'] });
    expect('refresh_token' in (await client.tokens())).toBe(false);
    documents.serve(path, { ...document, grant_types: ['authorization_code', 'refresh_token'] });
    service.clock.advance(90_000);
    const silent = await client.authorize({ prompt: 'none' });
    expect(redirectParameters(silent).get('error')).toBe('consent_required');
    expect('refresh_token' in (await client.tokens())).toBe(true);
    expect(redirectParameters(await client.authorize({ prompt: 'none' })).get('code')).toMatch(/^[\w-]{43}$/);
  });

  it('is shown again when it asks for a refresh token between the page and the click', async () => {
    const document = documents.client(path);
    documents.serve(path, { ...document, grant_types: ['authorization_code'] }, SHORT);
    const page = await client.toConsent();
    documents.serve(path, { ...document, grant_types: ['authorization_code', 'refresh_token'] }, SHORT);
    service.clock.advance(61);
    const before = await service.snapshot();
    const again = await client.browser.submit(page, ['decision', 'approve']);
    const shown = again.status === 200 ? again : await client.follow(again);
    expect([shown.status, shown.headers.get('location')]).toEqual([200, null]);
    expect(await service.snapshot()).toEqual(before);
    expect(
      redirectParameters(await client.browser.submit(shown, ['decision', 'approve'])).get('code'),
    ).toMatch(/^[\w-]{43}$/);
  });

  it('stays disabled when it was disabled before anybody consented', async () => {
    documents.serve(path, documents.client(path));
    await service.clients.disable(client.credentials.client_id, { by: 'root' });
    const refused = await client.authorize();
    expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    expect(
      await service.sql('SELECT "disabled", "blockedBy" FROM "oauthApplication" WHERE "clientId" = $1', [
        client.credentials.client_id,
      ]),
    ).toEqual([{ disabled: true, blockedBy: 'root' }]);
    await service.clients.enable(client.credentials.client_id);
    expect((await client.tokens()).access_token).toBeTruthy();
  });
});

describe.skipIf(!postgresUrl)('a connection that ends while its client authorizes, on two instances', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  const { policy, stored } = testPolicy();

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas({ policy }));
  });
  afterAll(() => close());

  /** Whoever takes the row of a client keeps every grant to it from being committed. */
  const holdGrants = async () => {
    const holder = new pg.Client({ connectionString: postgresUrl ?? '' });
    await holder.connect();
    await holder.query(`SET search_path TO "${first.database.schema}"`);
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM "oauthApplication" FOR UPDATE');
    return async () => {
      await holder.query('COMMIT');
      await holder.end();
    };
  };
  const waiting = (count: number) =>
    eventually(async () => {
      const rows = await first.sql(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1`,
        [`%"${first.database.schema}"%`],
      );
      return rows.length === count;
    });

  const endings: [string, (grantId: string, clientId: string) => Promise<unknown>][] = [
    ['the connection', (id) => second.application.get(McpConnections).end('alice', id)],
    ['everything of the person', () => second.revocations.revokeUser('alice')],
    ['everything of the client', (_, clientId) => second.revocations.revokeClient(clientId)],
    ['everything until now', () => second.revocations.revokeBefore(new Date(second.clock.now() - 100))],
  ];
  const bases = ['given now', 'remembered', 'of a trusted client'];

  it.each(bases.flatMap((basis) => endings.map(([what, end]) => ({ basis, what, end }))))(
    'ends what was granted in the moment in which $what ends, by a consent that is $basis',
    async ({ basis, end }) => {
      const trusted = basis === 'of a trusted client';
      const outcome = { outcome: 'allowed', reason: 'A test allows it.', trusted } as const;
      for (const { application } of [first, second])
        application.get(policy).rule = ({ scopes }) => ({ ...outcome, scopes });
      stored.rule = ({ scopes }) => ({ ...outcome, scopes });
      const client = await new OAuthTestClient(first).register();
      await client.signIn(await client.follow(await client.authorize()));
      const clientId = client.credentials.client_id;
      await client.tokens();
      const [{ grantId } = { grantId: '' }] = await first.application.get(McpConnections).ofUser('alice');
      const page = basis === 'given now' ? await client.toConsent({ prompt: 'consent' }) : null;
      const release = await holdGrants();
      const granting = page ? client.approve(page) : client.authorize({ prompt: 'none' });
      await waiting(1);
      first.clock.advance(1);
      const ending = end(grantId, clientId);
      await Promise.race([ending, waiting(2)]);
      await release();
      expect(redirectParameters(await granting).get('code')).toMatch(/^[\w-]{43}$/);
      await ending;
      const grants = await first.sql<{ id: string; revoked: boolean }>(
        'SELECT "id", "revokedAt" IS NOT NULL AS "revoked" FROM "oauthGrant" WHERE "clientId" = $1',
        [clientId],
      );
      expect(grants.filter(({ revoked }) => !revoked)).toEqual([]);
      expect(await first.sql('SELECT 1 FROM "oauthConsent" WHERE "clientId" = $1', [clientId])).toEqual([]);
      expect(
        await first.sql(
          `SELECT DISTINCT "subject" FROM "oauthRevocation" WHERE "kind" = 'grant' AND "subject" = ANY($1)`,
          [grants.map(({ id }) => id)],
        ),
      ).toHaveLength(grants.length);
    },
  );

  it('leaves no consent that nobody gave again', async () => {
    const client = await new OAuthTestClient(first).register();
    for (let run = 0; run < 5; run += 1) {
      await client.tokens();
      const ends = first.application.get(McpConnections);
      const [connection] = await ends.ofUser('alice');
      const silent = Array.from({ length: 20 }, () => client.authorize({ prompt: 'none' }));
      await second.application.get(McpConnections).end('alice', connection?.grantId ?? '');
      await Promise.all(silent);
      expect(await first.sql('SELECT 1 FROM "oauthConsent"')).toEqual([]);
    }
  });
});
