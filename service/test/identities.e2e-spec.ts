import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { FederatedPerson, GRACE, startFederatedService } from './support/federated-person.js';
import { addPerson, otherAccount, press, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR } from './support/standalone.js';

const HEIR = { ...GRACE, sub: 'heir', name: 'Heir' };

describe('identities of people', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let person: FederatedPerson;

  beforeAll(async () => {
    federated = await startFederatedService({ MCP_AUTH_OIDC_NAME: 'Company' });
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    await federated.reset();
    person = new FederatedPerson(federated.service, federated.provider);
  });

  const query = <Row>(sql: string, values: unknown[] = []) =>
    federated.service.dataSource.query<Row[]>(sql, values);
  const user = async (email = GRACE.email) =>
    (
      await query<{ id: string; name: string; subject: string }>(
        `SELECT * FROM mcp_auth."user" WHERE email = $1`,
        [email],
      )
    )[0];
  const identity = async () => (await query<{ id: string }>(`SELECT * FROM mcp_auth.identity`))[0];
  const people = async () =>
    (await query<{ email: string }>(`SELECT email FROM mcp_auth."user" ORDER BY 1`)).map(
      ({ email }) => email,
    );

  it('are never the last way in that a person removes, and an administrator is asked', async () => {
    const { service } = federated;
    await person.signIn({ ...GRACE, auth_time: Math.floor(service.clock.now() / 1000) });
    const id = (await identity())?.id ?? '';
    const before = await federated.rows();
    expect((await press(service, person.browser, '/account/identities/remove', { id })).body).toContain(
      'There is no other way to sign in',
    );
    expect(await federated.rows()).toEqual(before);
    const ada = await signedIn(service);
    const remove = `/admin/people/${(await user())?.id}/identities/remove`;
    expect((await press(service, ada, remove, { id })).status).toBe(409);
    expect(await identity()).toBeDefined();
    expect((await press(service, ada, remove, { id, last: 'yes' })).status).toBe(303);
    expect(await identity()).toBeUndefined();
    expect(await person.isSignedIn()).toBe(false);
    expect(await query(`SELECT 1 FROM mcp_auth.account WHERE "providerId" <> 'credential'`)).toEqual([]);
    expect(await user()).toMatchObject({ groups: [] });
  });

  it('change with a sign-in of the last ten minutes alone', async () => {
    const { service } = federated;
    await service.addMember('eve@example.com', []);
    const browser = await signedIn(service, 'eve@example.com');
    const page = await browser.get(`${service.issuer}/account`);
    service.clock.advance(601);
    // Looking at a page is a use of the session, which is noted.
    await browser.get(`${service.issuer}/account`);
    const before = await federated.rows();
    for (const [path, fields] of [
      ['/sign-in/sso', { connect: 'yes' }],
      ['/account/identities/remove', { id: 'x' }],
    ] as const) {
      const answer = await press(service, browser, path, fields);
      expect([answer.status, answer.body]).toEqual([
        403,
        expect.stringContaining('more than ten minutes ago'),
      ]);
    }
    expect(page.body).toContain('Connect Company');
    expect(await federated.rows()).toEqual(before);
  });

  it.each([
    [
      'name and address',
      { name: 'Grace Hopper', email: 'hopper@example.com' },
      ['Grace Hopper', 'hopper@example.com'],
    ],
    [
      'no address that is not proved',
      { email: 'hopper@example.com', email_verified: false },
      ['Grace', GRACE.email],
    ],
    ['no address of elsewhere', { email: 'hopper@other.example' }, ['Grace', GRACE.email]],
    ["no address that is somebody else's", { name: 'G', email: ADMINISTRATOR.email }, ['G', GRACE.email]],
    ['no name that is none', { name: '\u200b' }, ['Grace', GRACE.email]],
  ])('are followed, where they are the source: %s', async (_, claims, [name, email]) => {
    await person.signIn(GRACE);
    await new FederatedPerson(federated.service, federated.provider).signIn({ ...GRACE, ...claims });
    expect(await user(email)).toMatchObject({ name });
    expect(await people()).toHaveLength(2);
  });

  it('let the next owner of an address in, once an administrator has given the old account another', async () => {
    const { service } = federated;
    await person.signIn(GRACE);
    const next = new FederatedPerson(service, federated.provider);
    expect((await next.signIn(HEIR)).body).toContain('Ask an administrator');
    const ada = await signedIn(service);
    const path = `/admin/people/${(await user())?.id}/email`;
    expect((await press(service, ada, path, { email: ADMINISTRATOR.email })).status).toBe(409);
    expect((await press(service, ada, path, { email: 'Former.Grace@example.com' })).status).toBe(303);
    expect((await next.signIn(HEIR)).status).toBe(303);
    expect(await people()).toEqual([ADMINISTRATOR.email, 'former.grace@example.com', GRACE.email]);
    // What an administrator has said follows nobody.
    await new FederatedPerson(service, federated.provider).signIn({ ...GRACE, email: 'grace2@example.com' });
    expect(await people()).toContain('former.grace@example.com');
  });

  it('are those of both when two accounts are merged, and nothing is left of the other', async () => {
    const { service } = federated;
    await person.signIn(GRACE);
    const kept = await addPerson(service, 'eve@example.com', 'member');
    const client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
    const tokens = await client.tokens('', 'mcp:tools');
    const ada = await signedIn(service);
    const path = `/admin/people/${kept}/merge`;
    for (const email of ['nobody@example.com', 'eve@example.com', ADMINISTRATOR.email])
      expect((await press(service, ada, path, await otherAccount(service, email))).status).toBe(409);
    expect((await press(service, ada, path, await otherAccount(service, GRACE.email))).status).toBe(303);
    expect(await people()).toEqual([ADMINISTRATOR.email, 'eve@example.com']);
    expect(await person.isSignedIn()).toBe(false);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    await person.signIn(GRACE);
    expect(await identity()).toMatchObject({ userId: kept, isSource: false, provesAddress: false });
    expect(await person.isSignedIn()).toBe(true);
  });

  it('are taken off where another one opens the account, whichever came first', async () => {
    const { service } = federated;
    await person.signIn(GRACE);
    const { id } = (await user()) ?? { id: '' };
    await query(`INSERT INTO mcp_auth.identity ("id", "userId", "issuer", "sub", "groups", "createdAt")
      VALUES (gen_random_uuid(), '${id}', 'https://gone.example.com', 'grace', '{}', now() + interval '1 day')`);
    const buttons = (body: string) =>
      [...body.matchAll(/<section class="client" aria-label="([^"]+)">.*?<\/header>/gs)].map(
        ([header, name]) => [name, header.includes('identities/remove'), header.includes('name="last"')],
      );
    const own = await person.browser.get(`${service.issuer}/account`);
    expect(buttons(own.body)).toEqual([
      ['Company', false, false],
      ['https://gone.example.com', true, false],
    ]);
    const ada = await signedIn(service);
    expect(buttons((await ada.get(`${service.issuer}/admin/people/${id}`)).body)).toEqual([
      ['Company', true, true],
      ['https://gone.example.com', true, false],
    ]);
  });

  it('go with an account that is deleted, whose events stay', async () => {
    const { service } = federated;
    await person.signIn(GRACE);
    const { id } = (await user()) ?? { id: '' };
    const ada = await signedIn(service);
    const own = (await user(ADMINISTRATOR.email))?.id;
    expect((await press(service, ada, `/admin/people/${own}/delete`, { sure: 'yes' })).status).toBe(409);
    expect(
      (await press(service, ada, `/admin/people/${id.toUpperCase()}/delete`, { sure: 'yes' })).status,
    ).toBe(303);
    expect(await people()).toEqual([ADMINISTRATOR.email]);
    expect(await identity()).toBeUndefined();
    const events = await query(`SELECT action FROM mcp_auth."auditEvent" WHERE detail ->> 'target' = $1`, [
      id,
    ]);
    expect(events).toContainEqual({ action: 'account.delete' });
  });

  it('are signed in with from two tabs at once', async () => {
    const [first, second] = [await person.toProvider(), await person.toProvider()];
    for (const authorization of [first, second]) {
      federated.provider.say(authorization, GRACE);
      expect((await person.comeBack(authorization)).status).toBe(303);
    }
    expect((await person.comeBack(first)).status).toBe(400);
  });

  it('lead back to the authorization when the provider took too long, or says no', async () => {
    const { service, provider } = federated;
    const client = await new ServiceClient(service, service.mcpUrl).register();
    person = new FederatedPerson(service, provider, client.browser);
    const page = await client.toSignIn('mcp:tools');
    const interaction = new URL(page.url).searchParams.get('interaction');
    const back = `href="/sign-in?interaction=${interaction}"`;
    const denied = await person.leave(page);
    expect((await person.comeBack(denied, { code: undefined, error: 'access_denied' })).body).toContain(back);
    provider.mischief = { '/token': 'fails' };
    expect((await person.comeBack(await person.leave(page))).body).toContain(back);
    const late = await person.leave(page);
    service.clock.advance(601);
    expect((await person.comeBack(late)).body).toContain(back);
  });

  it('say nothing of `sub`, which is the subject of the account and stays when it comes from elsewhere', async () => {
    const { service } = federated;
    await service.addMember('eve@example.com', []);
    await query(`UPDATE mcp_auth."user" SET subject = 'legacy|42' WHERE email = 'eve@example.com'`);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens('eve@example.com', 'mcp:tools');
    expect(decodeJwt(tokens.access_token ?? '').sub).toBe('legacy|42');
    const eve = await signedIn(service, 'eve@example.com');
    expect((await eve.get(`${service.issuer}/account`)).body).toContain('A client');
    await press(
      service,
      await signedIn(service),
      `/admin/people/${(await user('eve@example.com'))?.id}/disable`,
    );
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('is not asked when it names itself by other bytes (OpenID Connect Discovery §4.3)', async () => {
    const other = await startFederatedService();
    try {
      const { issuer } = other.provider;
      other.provider.mischief = {
        '/.well-known/openid-configuration': {
          issuer: `${issuer}/`,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        },
      };
      const { service } = other;
      const browser = new Browser();
      await browser.get(`${service.issuer}/sign-in`);
      const answer = await press(service, browser, '/sign-in/sso');
      expect([answer.status, answer.body]).toEqual([502, expect.stringContaining('cannot be trusted')]);
    } finally {
      await other.close();
    }
  });
});
