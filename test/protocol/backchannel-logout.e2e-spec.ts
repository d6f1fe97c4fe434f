import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpLogout } from '../../src/index.js';
import { startReplicas, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import {
  houseAt,
  LogoutReceiver,
  NotificationLog,
  notified,
  tellClients,
} from '../support/logout-receiver.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';

const OPENID = { scope: 'openid notes:read' };
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
describe('back-channel logout (OpenID Connect Back-Channel Logout 1.0)', () => {
  let replicas: Awaited<ReturnType<typeof startReplicas>>;
  let service: TestService;
  let receiver: LogoutReceiver;
  let documents: DocumentServer;
  let paths = 0;

  beforeAll(async () => {
    receiver = await LogoutReceiver.start();
    documents = await DocumentServer.start();
    replicas = await startReplicas({
      endsSignIns: true,
      audit: NotificationLog,
      clients: [houseAt(`${receiver.origin}/house`)],
    });
    service = replicas.first;
  });
  afterAll(async () => {
    await replicas.close();
    await receiver.close();
    await documents.close();
  });
  beforeEach(() => {
    // Another sign-in of the same person: the host names them by their time.
    service.clock.advance(5);
    receiver.received.length = 0;
    notified.length = 0;
  });

  /** A client that hears at a path of its own. */
  const connect = async (path = `/client-${(paths += 1)}`, beside?: OAuthTestClient) => {
    const client = new OAuthTestClient(service, beside?.browser);
    await client.register({
      backchannel_logout_uri: path.includes('://') ? path : receiver.origin + path,
      backchannel_logout_session_required: true,
    });
    return { client, path, idToken: String((await client.tokens(OPENID))['id_token']) };
  };
  const signOut = ({ client, idToken }: { client: OAuthTestClient; idToken: string }) =>
    client.browser.get(`${service.issuer}/end-session?${encode({ id_token_hint: idToken })}`);
  const rounds = (instance = service) => tellClients(instance);
  const claims = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
  const verified = (token: string, audience: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${service.issuer}/jwks`)), {
      issuer: service.issuer,
      audience,
      typ: 'logout+jwt',
      algorithms: ['RS256'],
      currentDate: new Date(service.clock.now()),
      requiredClaims: ['iat', 'exp', 'jti', 'sub', 'sid', 'events'],
    });

  it('sends each client of the sign-in session a logout token that jose verifies (§2.4, §2.5)', async () => {
    const one = await connect();
    const two = await connect(undefined, one.client);
    service.clock.advance(5);
    const otherSession = await connect();
    const { sid } = claims(one.idToken);
    expect(claims(two.idToken)['sid']).toBe(sid);
    expect((await signOut(one)).status).toBe(200);
    await eventually(() => notified.length === 2);
    for (const { client, path } of [one, two]) {
      const [sent, ...more] = receiver.at(path);
      expect([sent?.type, more]).toEqual(['application/x-www-form-urlencoded', []]);
      const { payload } = await verified(sent?.token ?? '', client.credentials.client_id);
      expect(payload).toMatchObject({ sub: 'alice', sid, events: { [EVENT]: {} } });
      expect(payload).not.toHaveProperty('nonce');
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    }
    expect(receiver.at(otherSession.path)).toEqual([]);
    expect(new Set(receiver.received.map(({ token }) => claims(token)['jti'])).size).toBe(2);
    for (const { client } of [one, two])
      expect(notified).toContainEqual(
        expect.objectContaining({
          outcome: 'success',
          userId: 'alice',
          clientId: client.credentials.client_id,
          detail: { sid, attempts: 1, reason: undefined },
        }),
      );
  });

  it('tells clients of the options and of metadata documents, and nobody who got no id_token', async () => {
    const first = await connect();
    const house = new OAuthTestClient(service, first.client.browser);
    house.credentials = { client_id: 'house', client_secret: 'a secret of the house, which is long enough' };
    await house.tokens(OPENID);
    const document = new OAuthTestClient(service, first.client.browser);
    documents.serve(
      '/client.json',
      documents.client('/client.json', { backchannel_logout_uri: `${receiver.origin}/document` }),
    );
    document.credentials = { client_id: documents.url('/client.json') };
    await document.tokens(OPENID);
    const plain = await new OAuthTestClient(service, first.client.browser).register({
      backchannel_logout_uri: `${receiver.origin}/plain`,
    });
    await plain.tokens({ scope: 'notes:read' });
    await signOut(first);
    await eventually(() => notified.length === 3);
    expect(receiver.received.map(({ path }) => path).toSorted()).toEqual(
      [first.path, '/document', '/house'].toSorted(),
    );
  });

  it('tells a client whose grant has ended before the session, and once however often it is said', async () => {
    const one = await connect();
    await service.revocations.revokeUser('alice');
    const logout = service.application.get(McpLogout);
    const sid = String(claims(one.idToken)['sid']);
    await Promise.all([logout.signedOut(sid), logout.signedOut([sid, sid]), logout.signedOut([])]);
    await Promise.all([rounds(), rounds(replicas.second)]);
    await eventually(() => notified.length === 1);
    expect(await logout.signedOut(sid)).toBe(0);
    await Promise.all([rounds(), rounds(replicas.second)]);
    expect(receiver.at(one.path)).toHaveLength(1);
    expect(await logout.signedOut('sid-of-nobody')).toBe(0);
  });

  it('tells a client again that was granted more after it had heard', async () => {
    const one = await connect();
    const sid = String(claims(one.idToken)['sid']);
    const logout = service.application.get(McpLogout);
    expect(await logout.signedOut(sid)).toBe(1);
    await eventually(() => notified.length === 1);
    service.clock.advance(1);
    await one.client.tokens(OPENID);
    expect(await logout.signedOut(sid)).toBe(1);
    await eventually(() => notified.length === 2);
  });

  const later = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      service.clock.advance(125);
      await rounds();
    }
  };

  it.each<[string, number, string, (response: ServerResponse) => void]>([
    ['an error of the server', 5, 'It cannot be reached.', (response) => response.writeHead(500).end()],
    ['no answer', 5, 'It cannot be reached.', () => undefined],
    ['a cut connection', 5, 'It cannot be reached.', (response) => response.destroy()],
    [
      'a redirect',
      1,
      'It is answered with status 302.',
      (response) => response.writeHead(302, { location: `${receiver.origin}/elsewhere` }).end(),
    ],
    ['400', 1, 'It is answered with status 400.', (response) => response.writeHead(400).end()],
    ['404', 1, 'It is not there.', (response) => response.writeHead(404).end()],
  ])(
    'holds up no sign-out for a client with %s, and gives it up in the end',
    async (_, attempts, reason, answer) => {
      const bad = await connect();
      const good = await connect(undefined, bad.client);
      receiver.answer(bad.path, answer);
      const before = performance.now();
      expect((await signOut(bad)).status).toBe(200);
      // A notice waits three seconds for its answer.
      expect(performance.now() - before).toBeLessThan(3_000);
      expect((await bad.client.authorize()).headers.get('location')).toContain('/sign-in');
      await eventually(() => receiver.at(good.path).length === 1);
      await eventually(async () => {
        const [row] = await service.sql<{ n: number }>(
          `SELECT count(*)::int AS n FROM "oauthLogout" WHERE "clientId" = $1 AND "attempts" = 1`,
          [bad.client.credentials.client_id],
        );
        // Time goes on only when it is stored who has heard or is given up: else they were asked again.
        const settled = attempts === 1 ? 2 : 1;
        return row?.n === 1 && receiver.at(bad.path).length === 1 && notified.length === settled;
      });
      await later(6);
      await eventually(() => notified.length === 2);
      expect(receiver.at(bad.path)).toHaveLength(attempts);
      expect(receiver.at('/elsewhere')).toEqual([]);
      expect(receiver.at(good.path)).toHaveLength(1);
      expect(notified).toContainEqual(
        expect.objectContaining({
          outcome: 'refused',
          clientId: bad.client.credentials.client_id,
          detail: expect.objectContaining({ attempts, reason }) as unknown,
        }),
      );
    },
  );

  it.each(['https://10.0.0.1/hear', 'https://[fd00::1]/hear', 'https://169.254.169.254/hear'])(
    'sends nothing to %s, an address of no public network (RFC 7591 §5)',
    async (uri) => {
      const bad = await connect(uri);
      expect((await signOut(bad)).status).toBe(200);
      await eventually(() => notified.length === 1);
      expect(notified).toMatchObject([
        { outcome: 'refused', detail: { attempts: 1, reason: 'It is not at a public address.' } },
      ]);
    },
  );

  it('tries again where a client cannot be reached, with a new token', async () => {
    const one = await connect();
    receiver.answer(one.path, (response) =>
      response.writeHead(receiver.at(one.path).length === 1 ? 503 : 204).end(),
    );
    await signOut(one);
    await eventually(() => receiver.at(one.path).length === 1);
    await rounds();
    expect(receiver.at(one.path)).toHaveLength(1);
    service.clock.advance(16);
    await eventually(async () => {
      await rounds();
      return notified.length === 1;
    });
    expect(notified).toMatchObject([{ outcome: 'success', detail: { attempts: 2 } }]);
    const [first, second] = receiver.at(one.path).map(({ token }) => claims(token));
    expect(second?.['jti']).not.toBe(first?.['jti']);
    await verified(receiver.at(one.path)[1]?.token ?? '', one.client.credentials.client_id);
  });

  it('forgets who has heard, with the rest that is over', async () => {
    service.clock.advance(901);
    await service.prune();
    expect(await service.sql('SELECT * FROM "oauthLogout"')).toEqual([]);
  });

  it('has tokens that are good for nothing else here (§4)', async () => {
    const one = await connect();
    await service.application.get(McpLogout).signedOut(String(claims(one.idToken)['sid']));
    await eventually(() => receiver.at(one.path).length === 1);
    const token = receiver.at(one.path)[0]?.token ?? '';
    expect((await signOut({ ...one, idToken: token })).status).toBe(400);
    const call = await fetch(service.resource, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(call.status).toBe(401);
  });
});
