import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { TestClock } from '../support/clock.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { allow, testPolicy } from '../support/policy.js';

describe.skipIf(!postgresUrl)('replicas whose clocks differ', () => {
  const policy = testPolicy();
  let first: TestService;
  let second: TestService;

  beforeAll(async () => {
    first = await startService({ policy: policy.policy });
    second = await startService({ policy: policy.policy, instanceOf: first, clock: new TestClock() });
  });
  afterEach(() => {
    first.clock.skew(0);
    second.clock.skew(0);
  });
  afterAll(async () => {
    await second.close();
    await first.close();
  });

  const accepts = async (client: OAuthTestClient, token: string, service: TestService) =>
    (await client.call(token, undefined, service)).status === 200;

  it.each([3, -3, 25, -25, 120, -120])(
    'refuse what older rules issued, and take what newer ones issue at once, with %i s between them',
    async (seconds) => {
      second.clock.skew(seconds);
      for (const [here, there] of [
        [first, second],
        [second, first],
      ] as const) {
        policy.stored.rule = allow('notes:read', 'notes:write');
        await here.revocations.policyChanged();
        for (const { application } of [here, there])
          await eventually(() => application.get(policy.policy).rule === policy.stored.rule);
        for (const { clock } of [first, second]) clock.advance(2);
        const client = await new OAuthTestClient(first).register();
        const code = await client.code({ scope: 'notes:read notes:write' });
        const { body: old } = await client.exchange(code, {}, there);
        expect(await accepts(client, old.access_token, here)).toBe(true);
        policy.stored.rule = allow('notes:read');
        await here.revocations.policyChanged();
        for (const service of [here, there])
          await eventually(async () => !(await accepts(client, old.access_token, service)));
        const fresh = await client.refresh(old.refresh_token, {}, there);
        expect(fresh.body.scope).toBe('notes:read');
        for (const service of [here, there])
          expect(await accepts(client, fresh.body.access_token, service)).toBe(true);
      }
      policy.stored.rule = allow('notes:read', 'notes:write');
    },
  );

  it.each([2, -2, 29, -29])('serve a flow over both of them, with %i s between them', async (seconds) => {
    second.clock.skew(seconds);
    const client = await new OAuthTestClient(first).register();
    const { body } = await client.exchange(await client.code(), {}, second);
    expect(await accepts(client, body.access_token, first)).toBe(true);
    const refreshed = await client.refresh(body.refresh_token, {}, first);
    expect(await accepts(client, refreshed.body.access_token, second)).toBe(true);
  });

  it.each([2, -2, 29, -29])(
    'ask whoever is signed in to sign in again, once, by a clock that is %i s off (OpenID Connect Core §3.1.2.1)',
    async (seconds) => {
      first.clock.skew(seconds);
      const client = await new OAuthTestClient(first).register();
      await client.code();
      for (const again of [{ prompt: 'login' }, { max_age: '0' }, { prompt: 'select_account' }]) {
        const page = await client.follow(await client.authorize(again));
        expect(page.url).toContain('/sign-in');
        expect(redirectParameters(await client.signIn(page)).get('code')).toBeTruthy();
      }
    },
  );

  it('say how far they are from the database, and are not ready beyond 30 s', async () => {
    expect(Math.abs(second.health.clockLead)).toBeLessThan(0.5);
    second.clock.skew(-29);
    expect(second.health.clockLead).toBeCloseTo(-29, 0);
    expect(await second.health.readiness()).toEqual({ revocations: true, clock: true, signingKeys: true });
    second.clock.skew(31);
    expect(await second.health.readiness()).toEqual({ revocations: true, clock: false, signingKeys: true });
    second.clock.skew(0);
    expect((await second.health.readiness()).clock).toBe(true);
  });

  it('hear of a later version of the feed that everything may have changed', async () => {
    for (const { clock } of [first, second]) clock.advance(2);
    const client = await new OAuthTestClient(first).register();
    const tokens = await client.tokens();
    policy.stored.rule = allow('notes:read');
    await first.sql(
      `INSERT INTO "oauthRevocation" ("kind", "subject", "issuedBefore", "expiresAt", "xid", "format")
       VALUES ('grant', 'somebody', $1, $2, pg_current_xact_id()::text::bigint, 2)`,
      [new Date(first.clock.now()), new Date(first.clock.now() + 60_000)],
    );
    for (const service of [first, second])
      await eventually(async () => !(await accepts(client, tokens.access_token, service)));
    const fresh = await client.refresh(tokens.refresh_token, {}, second);
    expect(fresh.body.scope).toBe('notes:read');
    for (const service of [first, second])
      await eventually(() => accepts(client, fresh.body.access_token, service));
  });
});
