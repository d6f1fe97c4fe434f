import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOf, startReplicas, type TestService } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';
import { allow, deny, type Rule, testPolicy, wait } from '../support/policy.js';

const ALL = allow('notes:read', 'notes:write', 'openid', 'offline_access');

describe('an authorization policy', () => {
  const { policy, stored, questions } = testPolicy();
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas({ policy }));
  });
  afterAll(() => close());
  beforeEach(async () => {
    await change(ALL);
    // What the change took back is over.
    first.clock.advance(2);
    client = await new OAuthTestClient(first).register();
    questions.length = 0;
  });

  /** Changes the rule, and waits until both replicas go by it. */
  const change = async (
    rule: Rule,
    affected?: Parameters<TestService['revocations']['policyChanged']>[0],
  ) => {
    stored.rule = rule;
    const grants = await first.revocations.policyChanged(affected);
    await eventually(async () => (await decided(first)) === rule && (await decided(second)) === rule);
    return grants;
  };
  const decided = async ({ application }: TestService) => application.get(policy).rule;
  const scopeOf = (token: string) => decodeJwt(token)['scope'];

  it('is asked before consent, at consent, at the exchange and at every refresh', async () => {
    const tokens = await client.tokens({ scope: 'notes:read notes:write' });
    await client.refresh(tokens.refresh_token);
    expect(new Set(questions.map(({ at }) => at))).toEqual(new Set(['authorization', 'token']));
    for (const question of questions)
      expect(question).toMatchObject({
        account: { id: 'alice' },
        client: { clientId: client.credentials.client_id, name: 'Test client', source: 'registered' },
        redirectUri: client.redirectUri,
        resource: first.resource,
        scopes: ['notes:read', 'notes:write'],
      });
    expect(JSON.stringify(questions)).not.toContain('secret');
  });

  it('offers and grants what it allows alone (OAuth 2.1 §1.4.1)', async () => {
    await change(allow('notes:read', 'notes:admin'));
    const page = await client.toConsent({ scope: 'notes:read notes:write' });
    expect(page.body).toContain('notes:read');
    expect(page.body).not.toContain('notes:write');
    const forged = await client.browser.submit(page, ['decision', 'approve'], (fields) => [
      ...fields,
      ['scope', 'notes:write'],
    ]);
    const code = redirectParameters(forged).get('code') ?? '';
    expect((await client.exchange(code)).body.scope).toBe('notes:read');
  });

  it('tells the person in its words, and the client by access_denied once they go back (OAuth 2.1 §4.1.2.1)', async () => {
    await change(deny);
    const before = await first.snapshot();
    const page = await client.toConsent();
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('You do not have access')]);
    expect(page.body).toContain('Ask &lt;b>Bob');
    expect(page.body).not.toContain('value="approve"');
    const parameters = redirectParameters(await client.deny(page));
    expect(Object.fromEntries(parameters)).toMatchObject({ error: 'access_denied', state: 'a state' });
    // What was answered is known for a while.
    const { oauthInteractionAnswer: answers = 0 } = before;
    expect(await first.snapshot()).toEqual({ ...before, oauthInteractionAnswer: answers + 1 });
  });

  it('cannot be overruled by a consent page that was shown before', async () => {
    const page = await client.toConsent();
    await change(deny);
    const before = await first.snapshot();
    const answer = await client.approve(page);
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('You do not have access')]);
    expect(await first.snapshot()).toEqual(before);
  });

  it('lets a person wait, look again in their own time (WCAG 2.2 §2.2.1), and go on when somebody has agreed', async () => {
    await change(wait);
    const page = await client.toConsent();
    expect(page.body).toContain('Waiting for approval');
    expect(page.body).not.toContain('http-equiv');
    const [, again = ''] = /href="([^"]+)">\s*Look again/.exec(page.body) ?? [];
    await change(ALL);
    const consent = await client.browser.get(new URL(again, page.url).href);
    expect(consent.body).toContain('value="approve"');
    expect(redirectParameters(await client.approve(consent)).has('code')).toBe(true);
  });

  it.each<[string, Rule, string]>([
    ['a denial', deny, 'access_denied'],
    ['waiting', wait, 'interaction_required'],
  ])('answers prompt=none with the error of %s (OpenID Connect Core §3.1.2.6)', async (_, rule, error) => {
    await client.tokens();
    await change(rule);
    const parameters = redirectParameters(await client.authorize({ prompt: 'none' }));
    expect(parameters.get('error')).toBe(error);
  });

  it.each<[string, Rule]>([
    ['denies', deny],
    ['waits', wait],
    ['allows nothing that was granted', allow('notes:admin')],
  ])('ends the grant at a refresh when it %s (RFC 6749 §5.2)', async (_, rule) => {
    const tokens = await client.tokens();
    await change(rule);
    const answer = await client.refresh(tokens.refresh_token);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    await change(ALL);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('refuses a code when it has changed since consent', async () => {
    const code = await client.code();
    await change(deny);
    expect((await client.exchange(code)).body.error).toBe('invalid_grant');
  });

  it('takes away what live tokens have on every replica, and a refresh brings what is left, at once', async () => {
    for (let round = 0; round < 10; round++) {
      const tokens = await client.tokens({ scope: 'notes:read notes:write' });
      stored.rule = allow('notes:read');
      expect(await first.revocations.policyChanged()).toBeGreaterThan(0);
      await eventually(
        async () => (await client.call(tokens.access_token, undefined, second)).status === 401,
      );
      const refreshed = await client.refresh(tokens.refresh_token, {}, second);
      expect(scopeOf(refreshed.body.access_token)).toBe('notes:read');
      for (const service of [second, first])
        expect((await client.call(refreshed.body.access_token, undefined, service)).status).toBe(200);
      await change(ALL);
      first.clock.advance(2);
      const widened = await client.refresh(refreshed.body.refresh_token);
      expect(widened.body.scope).toBe('notes:read notes:write');
    }
  });

  it('revokes at once, however long the policy takes to be read', async () => {
    const tokens = await client.tokens();
    let goOn: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    const begun = new Promise<void>((resolve) => {
      stored.reading = () => {
        resolve();
        return slow;
      };
    });
    await dataSourceOf(second).transaction(async (manager) => {
      await second.revocations.policyChanged({ userIds: [] }, manager);
      await second.revocations.revokeUser('alice', manager);
    });
    await begun;
    await eventually(async () => (await client.call(tokens.access_token)).status === 401);
    stored.reading = undefined;
    goOn();
  });

  it('takes nothing back on a replica before that replica can issue by the new rules', async () => {
    const tokens = await client.tokens({ scope: 'notes:read notes:write' });
    let goOn: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (goOn = resolve));
    const begun = new Promise<void>((resolve) => {
      stored.reading = () => {
        resolve();
        return slow;
      };
    });
    stored.rule = allow('notes:read');
    await first.revocations.policyChanged();
    await begun;
    expect((await client.call(tokens.access_token)).status).toBe(200);
    stored.reading = undefined;
    goOn();
    await eventually(async () => (await client.call(tokens.access_token)).status === 401);
    const { body } = await client.refresh(tokens.refresh_token);
    expect(scopeOf(body.access_token)).toBe('notes:read');
    expect((await client.call(body.access_token)).status).toBe(200);
  });

  it('leaves the tokens of grants alone that it does not name', async () => {
    const others = await new OAuthTestClient(first).register();
    const [mine, theirs] = [await client.tokens(), await others.tokens({}, 'bob')];
    const { client_id: clientId } = client.credentials;
    expect(
      await change(allow('notes:read'), {
        userIds: ['alice'],
        clientIds: [clientId],
        resources: [first.resource],
      }),
    ).toBe(1);
    expect((await client.call(mine.access_token)).status).toBe(401);
    expect((await others.call(theirs.access_token)).status).toBe(200);
    expect(await change(allow('notes:read'), { userIds: [] })).toBe(0);
  });

  it('tells resource servers elsewhere by the status list and by introspection', async () => {
    const { access_token: token } = await client.tokens();
    await change(allow('notes:read'));
    const rows = await first.sql(
      'SELECT 1 FROM "oauthAccessToken" WHERE "accessToken" = $1 AND "revokedAt" IS NOT NULL',
      [decodeJwt(token).jti],
    );
    expect(rows).toHaveLength(1);
  });

  it('counts consent as given for a trusted client, save where a person must confirm each time (RFC 8252 §8.6)', async () => {
    const trust: Rule = ({ scopes }) => ({ outcome: 'allowed', scopes, reason: 'Ours.', trusted: true });
    await client.signIn(await client.follow(await client.authorize()));
    await change(trust);
    expect(redirectParameters(await client.authorize()).has('code')).toBe(true);
    expect((await client.follow(await client.authorize({ prompt: 'consent' }))).body).toContain(
      'value="approve"',
    );
    const local = new OAuthTestClient(first, client.browser);
    local.redirectUri = 'http://127.0.0.1:7777/callback';
    await local.register();
    expect((await local.follow(await local.authorize())).body).toContain('value="approve"');
  });

  it('answers nothing and loses nothing while it fails', async () => {
    const tokens = await client.tokens();
    await change(() => {
      throw new Error('The rules cannot be read.');
    });
    expect((await client.refresh(tokens.refresh_token)).status).toBe(500);
    await change(ALL);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('adds no statement to a token answer', async () => {
    const tokens = await client.tokens();
    const count = async () => {
      const before = first.statements();
      await client.refresh(tokens.refresh_token);
      return first.statements() - before;
    };
    const counts = [await count(), await count(), await count()];
    expect(Math.min(...counts)).toBe(1);
  });
});
