import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserResponse } from '../../../test/support/browser.js';
import { FederatedPerson, GRACE, startFederatedService } from '../support/federated-person.js';
import { signedIn } from '../support/administration.js';
import { ServiceClient } from '../support/service-client.js';
import { PASSWORD } from '../support/standalone.js';

const VICTIM = 'grace@example.com';
const STRANGER = { ...GRACE, sub: 'mallory', name: 'Mallory', groups: ['finance'] };

/** The company speaks for example.com; `partners` speaks for nobody, as a provider without domains does. */
describe('an account that somebody else has made', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let stranger: FederatedPerson;
  let victim: FederatedPerson;

  beforeAll(async () => {
    federated = await startFederatedService({ MCP_AUTH_OIDC_NAME: 'Company' }, undefined, '');
  });
  afterAll(() => federated.close());
  beforeEach(async () => {
    await federated.reset();
    stranger = new FederatedPerson(federated.service, federated.other, undefined, 'partners');
    victim = new FederatedPerson(federated.service, federated.provider);
  });

  const query = <Row>(sql: string, values: unknown[] = []) =>
    federated.service.dataSource.query<Row[]>(sql, values);
  const identities = () =>
    query<{ sub: string }>(
      `SELECT sub, "provesAddress", "isSource" FROM mcp_auth.identity i JOIN mcp_auth."user" u ON u.id = i."userId" WHERE u.email = $1 ORDER BY 1`,
      [VICTIM],
    );
  const isNews = ({ status, body }: BrowserResponse) => {
    expect([status, body]).toEqual([200, expect.stringContaining('Your account has changed')]);
    expect(body).toContain('its password, its other ways to sign in, its sessions and its connected');
  };

  it('is not made by a provider for an address of a domain that another speaks for', async () => {
    const before = await federated.rows();
    for (const email of [VICTIM, 'Grace@EXAMPLE.com']) {
      const answer = await stranger.signIn({ ...STRANGER, email });
      expect([answer.status, answer.body]).toEqual([
        403,
        expect.stringContaining('Company alone speaks for your email address. Sign in with Company.'),
      ]);
    }
    expect(await stranger.isSignedIn()).toBe(false);
    expect(await federated.rows()).toEqual(before);
  });

  it('is made by it for an address that nobody speaks for', async () => {
    expect((await stranger.signIn({ ...STRANGER, email: 'm@elsewhere.example' })).status).toBe(303);
  });

  it('goes to whom the address belongs, and to nobody else from then on', async () => {
    // As a provider made it before the company's was configured, with all that a session can leave behind.
    await stranger.signIn({ ...STRANGER, email: 'm@elsewhere.example' });
    await query(`UPDATE mcp_auth."user" SET email = $1 WHERE email = 'm@elsewhere.example'`, [VICTIM]);
    const { service } = federated;
    const client = await new ServiceClient(service, service.mcpUrl, undefined, stranger.browser).register();
    const tokens = await client.tokens('', 'mcp:tools');

    isNews(await victim.signIn(GRACE));
    expect(await victim.isSignedIn()).toBe(true);
    expect(await stranger.isSignedIn()).toBe(false);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect(await identities()).toEqual([{ sub: 'grace', provesAddress: true, isSource: true }]);
    expect(await query(`SELECT 1 FROM mcp_auth."oauthConsent"`)).toEqual([]);
    // The stranger's identity opens nothing now, and makes nothing of this address.
    expect((await stranger.signIn({ ...STRANGER, email: VICTIM })).status).toBe(403);
    expect(await identities()).toHaveLength(1);
  });

  it('loses the password of a forwarded invitation, and the sessions and links that came of it', async () => {
    const { service } = federated;
    const id = await service.addMember(VICTIM, []);
    const browser = await signedIn(service, VICTIM);
    const page = await victim.signIn(GRACE);
    isNews(page);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(303);
    const again = await signedIn(service, VICTIM, PASSWORD);
    expect((await again.get(`${service.issuer}/`)).status).toBe(303);
    expect(await query(`SELECT "providerId" FROM mcp_auth.account WHERE "userId" = $1`, [id])).toEqual([
      { providerId: federated.provider.issuer },
    ]);
    const home = await victim.browser.submit(page);
    expect([home.status, home.headers.get('location')]).toEqual([303, '/']);
  });

  it('lets the person go on with the authorization they came with, once they have read it', async () => {
    const { service, provider } = federated;
    await service.addMember(VICTIM, []);
    const client = await new ServiceClient(service, service.mcpUrl).register();
    victim = new FederatedPerson(service, provider, client.browser);
    const authorization = await victim.leave(await client.toSignIn('mcp:tools'));
    provider.say(authorization, GRACE);
    const page = await victim.comeBack(authorization);
    isNews(page);
    const consent = await victim.browser.follow(await victim.browser.submit(page), service.issuer);
    expect(consent.body).toContain('value="approve"');
  });
});
