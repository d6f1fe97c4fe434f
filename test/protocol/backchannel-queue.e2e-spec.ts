import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpLogout } from '../../src/index.js';
import { dataSourceOf, postgresUrl, startReplicas, type TestService } from '../support/app.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import {
  houseAt,
  LogoutReceiver,
  NotificationLog,
  notified,
  tellClients,
} from '../support/logout-receiver.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('the queue of clients that are to hear of a logout (OpenID Connect Back-Channel Logout §4)', () => {
  let service: TestService;
  let replicas: Awaited<ReturnType<typeof startReplicas>>;
  let documents: DocumentServer;
  let host: LogoutReceiver;
  let other: LogoutReceiver;
  let house: LogoutReceiver;
  let sids = 0;

  beforeAll(async () => {
    [host, other, house] = await Promise.all([
      LogoutReceiver.start(),
      LogoutReceiver.start(),
      LogoutReceiver.start(),
    ]);
    documents = await DocumentServer.start();
    replicas = await startReplicas({
      endsSignIns: true,
      audit: NotificationLog,
      clients: [houseAt(`${house.origin}/hear`)],
    });
    service = replicas.first;
  });
  afterAll(async () => {
    await replicas.close();
    await Promise.all([host, other, house, documents].map((one) => one.close()));
  });
  beforeEach(async () => {
    for (const one of [host, other, house]) one.received.length = 0;
    notified.length = 0;
    await service.sql('DELETE FROM "oauthLogout"');
  });

  const register = async (uri: string) =>
    (await new OAuthTestClient(service).register({ backchannel_logout_uri: uri })).credentials.client_id;
  /** Sessions of the client that have all ended just now. */
  const end = (clientId: string, count: number) =>
    service.sql(
      `INSERT INTO "oauthLogout" ("sid", "userId", "clientId", "grantedAt", "dueAt", "expiresAt")
       SELECT 'sid-' || n, 'alice', $1, $2, $2, $3 FROM generate_series($4::int, $5::int) n`,
      [
        clientId,
        new Date(service.clock.now()),
        new Date(service.clock.now() + 900_000),
        (sids += count) - count,
        sids - 1,
      ],
    );
  const round = (instance = service) => tellClients(instance);
  const tried = (clientId: string) =>
    service.sql<{ attempts: number }>(
      `SELECT "attempts" FROM "oauthLogout" WHERE "clientId" = $1 AND "dueAt" IS NOT NULL ORDER BY 1 DESC`,
      [clientId],
    );

  it('sends one host five at once, and the rest of a host that hangs waits without losing a turn', async () => {
    const clientId = await register(`${host.origin}/hang`);
    host.answer('/hang', () => undefined);
    await end(clientId, 20);
    await end(await register(`${other.origin}/hear`), 4);
    await round();
    expect(host.received).toHaveLength(5);
    expect((await tried(clientId)).map(({ attempts }) => attempts)).toEqual([
      ...Array.from({ length: 5 }, () => 1),
      ...Array.from({ length: 15 }, () => 0),
    ]);
    expect([other.received.length, notified.length]).toEqual([4, 4]);
  });

  it('sends 120 a minute to a host that strangers have named, by however many clients; the rest waits its turn, and nobody is forgotten', async () => {
    const clients = await Promise.all(['/a', '/b'].map((path) => register(host.origin + path)));
    for (const clientId of clients) await end(clientId, 90);
    await round();
    const sent = host.received.length;
    expect(sent).toBeLessThanOrEqual(120);
    expect(sent).toBeGreaterThan(100);
    const left = (await Promise.all(clients.map(tried))).flat();
    expect([sent + left.length, new Set(left.map(({ attempts }) => attempts))]).toEqual([180, new Set([0])]);
  });

  it('counts nothing of clients that an administrator has named', async () => {
    await end('house', 180);
    await round();
    expect([house.received.length, notified.length]).toEqual([180, 180]);
  });

  it('tells a client of a document that is away by now what the document said (§2.2)', async () => {
    const document = new OAuthTestClient(service);
    const path = '/away.json';
    documents.serve(path, documents.client(path, { backchannel_logout_uri: `${other.origin}/away` }));
    document.credentials = { client_id: documents.url(path) };
    const idToken = String((await document.tokens({ scope: 'openid notes:read' }))['id_token']);
    documents.answer(path, (_, response) => response.writeHead(503).end());
    // Which has never seen it.
    await replicas.second.application.get(McpLogout).signedOut(String(decodeJwt(idToken)['sid']));
    await eventually(() => notified.length === 1);
    expect(other.at('/away')).toHaveLength(1);
    expect(notified).toMatchObject([{ outcome: 'success' }]);
  });

  // The embedded database has one connection.
  it.skipIf(!postgresUrl)(
    'passes by nobody who is noted, while a transaction that is not over says once more that the session has ended',
    async () => {
      const client = await new OAuthTestClient(service).register({
        backchannel_logout_uri: `${other.origin}/noted`,
      });
      const sid = String(decodeJwt(String((await client.tokens({ scope: 'openid' }))['id_token']))['sid']);
      // As another replica has noted it, which has told nobody yet.
      await service.sql(
        `INSERT INTO "oauthLogout" ("sid", "userId", "clientId", "grantedAt", "dueAt", "expiresAt")
       SELECT "sid", "userId", "clientId", "createdAt", $2, $3 FROM "oauthGrant" WHERE "sid" = $1`,
        [sid, new Date(service.clock.now()), new Date(service.clock.now() + 900_000)],
      );
      await dataSourceOf(service).transaction(async (transaction) => {
        expect(await service.application.get(McpLogout).signedOut(sid, transaction)).toBe(0);
        await round();
      });
      expect(notified).toMatchObject([{ outcome: 'success', detail: { sid, attempts: 1 } }]);
      expect(other.at('/noted')).toHaveLength(1);
    },
  );

  it('has an event for a client whose last attempt died with its replica, and for one whose time is up', async () => {
    const lost = await Promise.all(['/c', '/d'].map((path) => register(host.origin + path)));
    const changes = ['"attempts" = 5', '"attempts" = 1, "expiresAt" = $2'];
    const overdue = new Date(service.clock.now() - 1);
    for (const [place, client_id] of lost.entries()) {
      await service.sql(
        `INSERT INTO "oauthLogout" ("sid", "userId", "clientId", "grantedAt", "dueAt", "expiresAt")
         VALUES ($1, 'alice', $2, $3, $3, $4)`,
        [`lost-${place}`, client_id, overdue, new Date(service.clock.now() + 60_000)],
      );
      const change = `UPDATE "oauthLogout" SET ${changes[place]} WHERE "clientId" = $1`;
      await service.sql(change, place ? [client_id, overdue] : [client_id]);
    }
    await service.prune();
    await Promise.all([round(), round(replicas.second)]);
    await eventually(() => notified.length === 2);
    const reason = 'It is not known to have heard in time.';
    expect(notified.map(({ clientId, outcome, detail }) => [clientId, outcome, detail?.['reason']])).toEqual(
      expect.arrayContaining(lost.map((clientId) => [clientId, 'refused', reason])),
    );
    await round();
    expect([host.received, notified.length]).toEqual([[], 2]);
  });
});
