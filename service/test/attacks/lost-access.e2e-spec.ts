import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { FederatedPerson, GRACE, startFederatedService } from '../support/federated-person.js';
import { ServiceClient } from '../support/service-client.js';

const RULES = (server: string) =>
  `rules: [{ name: A, groups: [a], server: '${server}', scopes: all }, { name: B, groups: [b], server: '${server}', scopes: [mcp:tools] }]\n`;

describe('a person who loses access while a client connects', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let person: FederatedPerson;
  let client: ServiceClient;

  beforeAll(async () => {
    federated = await startFederatedService({}, RULES);
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    await federated.reset();
    const { service, provider } = federated;
    // What happened a moment before does not count for what is issued from now on.
    service.clock.advance(2);
    person = new FederatedPerson(service, provider);
    await person.signIn(GRACE);
    client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
  });

  /** The provider says so when they sign in with another browser. */
  const isNowIn = async (...groups: string[]) => {
    const elsewhere = new FederatedPerson(federated.service, federated.provider);
    expect((await elsewhere.signIn({ ...GRACE, groups })).status).toBe(303);
  };
  const disable = () =>
    federated.service.dataSource.query(`UPDATE mcp_auth."user" SET "disabledAt" = $1 WHERE email = $2`, [
      new Date(federated.service.clock.now()),
      GRACE.email,
    ]);
  const toConsent = async (scope = 'mcp:tools') => {
    const page = await client.authorize('', scope);
    expect(page.body).toContain('value="approve"');
    return page;
  };
  const isGood = async (token: string) => {
    const answer = await fetch(`${federated.service.issuer}/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return answer.status === 200;
  };

  it('between the consent page and the approval: there is no code', async () => {
    const page = await toConsent();
    await isNowIn();
    const before = await federated.rows();
    const answer = await client.approve(page);
    expect(answer.headers.get('location') ?? '').not.toContain('code=');
    const shown = await person.browser.follow(answer, federated.service.issuer);
    expect(shown.body).toContain('You do not have access');
    expect(await federated.rows()).toEqual(before);
  });

  it('by being disabled between the consent page and the approval: there is no code', async () => {
    const page = await toConsent();
    await disable();
    const before = await federated.rows();
    const answer = await client.approve(page);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^(http:\/\/localhost:\d+)?\/sign-in\?interaction=/),
    ]);
    expect(await federated.rows()).toEqual(before);
  });

  it.each([
    ['their last group', () => isNowIn()],
    ['their account', () => disable()],
  ])('between code and token by losing %s: there is no token', async (_, lose) => {
    const code = client.codeFrom(await client.approve(await toConsent()));
    const tokens = await liveTokens();
    await lose();
    const { status, body } = await client.token(code);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(await liveTokens()).toEqual(tokens);
  });

  it('in part between code and token: the token has the rest', async () => {
    const code = client.codeFrom(await client.approve(await toConsent('mcp:tools notes:delete')));
    await isNowIn('b');
    const { status, body } = await client.token(code);
    expect([status, body.scope]).toEqual([200, 'mcp:tools']);
  });

  it('with live tokens: they are refused, and nothing is refreshed', async () => {
    const tokens = await client.tokens('', 'openid mcp:tools');
    expect(await isGood(tokens.access_token)).toBe(true);
    await isNowIn();
    await eventually(async () => !(await isGood(tokens.access_token)));
    const { status, body } = await client.refresh(tokens.refresh_token);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    await isNowIn('a');
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('by being disabled with a live refresh token: nothing is refreshed, and nobody signs in', async () => {
    const tokens = await liveTokens();
    const { refresh_token: refresh } = await client.tokens('', 'mcp:tools');
    expect(await liveTokens()).toHaveLength(tokens.length + 1);
    await disable();
    const { status, body } = await client.refresh(refresh);
    expect([status, body.error]).toEqual([400, 'invalid_grant']);
    expect(await liveTokens()).toEqual(tokens);
    const before = await federated.rows();
    const again = new FederatedPerson(federated.service, federated.provider);
    const answer = await again.signIn(GRACE);
    expect([answer.status, answer.body]).toEqual([
      403,
      expect.stringContaining('Your account is disabled. Ask an administrator.'),
    ]);
    expect(await again.isSignedIn()).toBe(false);
    expect(await federated.rows()).toEqual(before);
  });

  /** What is issued is refused with its grant, and so it is never told. */
  const liveTokens = () =>
    federated.service.dataSource.query<object[]>(
      `SELECT t.id FROM mcp_auth."oauthAccessToken" t JOIN mcp_auth."oauthGrant" g ON g.id = t."grantId"
       WHERE g."revokedAt" IS NULL AND t."revokedAt" IS NULL ORDER BY t.id`,
    );
});
