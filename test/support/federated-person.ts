import { Browser, type BrowserResponse } from './browser.js';
import { LyingProvider } from './lying-provider.js';
import { ADMINISTRATOR, type Standalone, startStandalone } from './standalone.js';

/** The form of a page that leads to the identity provider. */
export const providerForm = ({ body }: BrowserResponse) =>
  /<form[^>]*action="\/sign-in\/sso"[^]*?<\/form>/.exec(body)?.[0] ?? '';

/** Somebody who signs in to the service with the identity provider. */
export class FederatedPerson {
  constructor(
    private readonly service: Standalone,
    private readonly provider: LyingProvider,
    readonly browser = new Browser(),
  ) {}

  /** Presses the provider's button of a page: where the browser is sent. */
  async leave(page: BrowserResponse): Promise<URL> {
    const answer = await this.browser.submit({ ...page, body: providerForm(page) });
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`Not sent anywhere: ${answer.status} ${answer.body}`);
    return new URL(location);
  }

  async toProvider(): Promise<URL> {
    return this.leave(await this.browser.get(`${this.service.issuer}/sign-in`));
  }

  comeBack(
    authorization: URL,
    changes: Record<string, string> = {},
    browser = this.browser,
  ): Promise<BrowserResponse> {
    const callback = new URL(authorization.searchParams.get('redirect_uri') ?? '');
    const state = authorization.searchParams.get('state') ?? '';
    callback.search = String(new URLSearchParams({ code: 'a code', state, ...changes }));
    return browser.get(callback.href);
  }

  /** The whole way, with the provider saying this of them. */
  async signIn(claims: Record<string, unknown>): Promise<BrowserResponse> {
    const authorization = await this.toProvider();
    this.provider.say(authorization, claims);
    return this.comeBack(authorization);
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.browser.get(`${this.service.issuer}/`)).status === 200;
  }
}

/** The service with one provider, which speaks for example.com. */
export async function startFederatedService() {
  const provider = await LyingProvider.start();
  const service = await startStandalone({
    MCP_AUTH_OIDC_ISSUER: provider.issuer,
    MCP_AUTH_OIDC_CLIENT_ID: 'service',
    MCP_AUTH_OIDC_CLIENT_SECRET: 'a secret of the service',
    MCP_AUTH_OIDC_DOMAINS: 'example.com',
    MCP_AUTH_OIDC_NAME: 'Company <b>login</b>',
  });
  const close = async () => {
    await service.close();
    provider.close();
  };
  /** Nobody is known but the administrator, and the provider behaves. */
  const reset = async () => {
    provider.reset();
    await service.dataSource.query(`DELETE FROM mcp_auth."user" WHERE email <> $1`, [ADMINISTRATOR.email]);
    await service.dataSource.query(`DELETE FROM mcp_auth."account" WHERE "providerId" <> 'credential'`);
  };
  /** What a refused sign-in must leave alone. */
  const rows = () => {
    const tables = ['user', 'account', 'session', 'oauthGrant', 'oauthConsent'];
    const counts = tables.map((name) => `SELECT '${name}', count(*)::int FROM mcp_auth."${name}"`);
    return service.dataSource.query<object[]>(counts.join(' UNION ALL '));
  };
  return { provider, service, close, reset, rows };
}

export const GRACE = {
  sub: 'grace',
  name: 'Grace',
  email: 'grace@example.com',
  email_verified: true,
  groups: ['a'],
};
