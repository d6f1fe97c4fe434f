import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { DELEGATIONS, delegatingServers } from '../support/delegation.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { type DatabaseProxy, proxyTo } from '../support/proxy.js';

describe.skipIf(!postgresUrl)('a database that is lost in the middle of a request', () => {
  let proxy: DatabaseProxy;
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    proxy = await proxyTo(postgresUrl ?? '');
    service = await startService({ databaseUrl: proxy.url, endsSignIns: true, ...DELEGATIONS });
  });
  afterAll(async () => {
    await service.close();
    proxy.close();
  });
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register({
      backchannel_logout_uri: 'https://client.example/signed-out',
    });
  });

  const FAULTS = (['question', 'answer'] as const).flatMap((what) => [
    [what, 'cut', () => proxy.cut()] as const,
    [what, 'stuck', () => proxy.stall()] as const,
  ]);
  /** Until the service has connections again. */
  const back = async () => {
    proxy.restore();
    await eventually(async () => service.revocations.isCurrent());
  };
  const ofClient = (text: string) => service.sql(text, [client.credentials.client_id]);
  /** What was delegated from its grants, with how many tokens. */
  const delegated = () =>
    ofClient(`SELECT (SELECT count(*)::int FROM "oauthAccessToken" t WHERE t."grantId" = d."id") AS "tokens"
      FROM "oauthGrant" d JOIN "oauthGrant" g ON g."id" = d."rootGrantId" WHERE g."clientId" = $1`);
  const notices = () => ofClient(`SELECT * FROM "oauthLogout" WHERE "clientId" = $1`);

  it.each(FAULTS)(
    'exchanges a token as a whole or not at all, its %s lost and connections %s; then the same request works (RFC 8693 §2.2, RFC 9110 §15.6.4)',
    async (what, _, fail) => {
      const { notes } = delegatingServers(service);
      const { access_token: subject } = await client.tokens();
      const exchange = () => notes.exchangeToken(subject, { resource: service.secondResource });
      const lost = proxy.lose(what, ['delegation-issue'], fail);
      const answer = exchange();
      await lost;
      const { status, headers, body } = await answer;
      expect([status, body.error, headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '1']);
      await back();
      // A token whose answer was lost is nobody's, and ends like any other.
      const whole = { tokens: 1 };
      const before = what === 'question' ? [] : [whole];
      expect(await delegated()).toEqual(before);
      const again = await exchange();
      expect([again.status, again.body.scope]).toEqual([200, 'files:read']);
      expect(await delegated()).toEqual([...before, whole]);
    },
  );

  it.each(FAULTS)(
    'signs a person out as a whole or not at all, its %s lost and connections %s; then the same request works (OpenID Connect RP-Initiated Logout §2)',
    async (what, _, fail) => {
      const { id_token: hint } = await client.tokens({ scope: 'openid notes:read' });
      const leave = () =>
        client.browser.get(`${service.issuer}/end-session?${encode({ id_token_hint: String(hint) })}`);
      const isSignedIn = async () =>
        !(await client.authorize()).headers.get('location')?.includes('/sign-in');
      const lost = proxy.lose(what, ['logout-insert'], fail);
      const answer = leave();
      await lost;
      const { status, headers } = await answer;
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
      await back();
      // Whoever is told twice that a session is over has lost nothing; whoever is not told at all has.
      expect(await notices()).toHaveLength(what === 'question' ? 0 : 1);
      expect(await isSignedIn()).toBe(true);
      expect((await leave()).status).toBe(200);
      expect(await isSignedIn()).toBe(false);
      expect(await notices()).toHaveLength(1);
    },
  );
});
