import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../test/support/free-port.js';
import { Browser, type BrowserResponse, encode } from '../../../test/support/browser.js';
import { CLIENT_SECRET, LyingProvider } from './lying-provider.js';
import { ADMINISTRATOR, type Standalone, startStandalone } from './standalone.js';

/** The form of a page that leads to an identity provider; that of the environment is `sso`. */
export const providerForm = ({ body }: BrowserResponse, id = 'sso') =>
  new RegExp(`<form[^>]*action="[^"]*/sign-in/${id}"[^]*?</form>`).exec(body)?.[0] ?? '';

/** Somebody who signs in to the service with the identity provider. */
export class FederatedPerson {
  constructor(
    private readonly service: Standalone,
    private readonly provider: LyingProvider,
    readonly browser = new Browser(),
    /** Of the provider, in the service's URLs. */
    private readonly providerId = 'sso',
  ) {}

  /** Presses the provider's button of a page: where the browser is sent. */
  async leave(page: BrowserResponse): Promise<URL> {
    const answer = await this.browser.submit({ ...page, body: providerForm(page, this.providerId) });
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`Not sent anywhere: ${answer.status} ${answer.body}`);
    return new URL(location);
  }

  async toProvider(): Promise<URL> {
    return this.leave(await this.browser.get(`${this.service.issuer}/sign-in`));
  }

  comeBack(
    authorization: URL,
    changes: Record<string, string | undefined> = {},
    browser = this.browser,
  ): Promise<BrowserResponse> {
    const state = authorization.searchParams.get('state') ?? '';
    const parameters = { code: 'a code', state, iss: authorization.origin, ...changes };
    return browser.get(`${authorization.searchParams.get('redirect_uri')}?${encode(parameters)}`);
  }

  /** The whole way, with the provider saying this of them, and that they have just proved who they are. */
  async signIn(claims: Record<string, unknown>): Promise<BrowserResponse> {
    const authorization = await this.toProvider();
    const now = Math.floor(this.service.clock.now() / 1000);
    this.provider.say(authorization, { auth_time: now, ...claims });
    return this.comeBack(authorization);
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.browser.get(`${this.service.issuer}/`)).status === 200;
  }
}

/** The variables that name a provider to the service; it speaks for example.com. */
export const providerVariables = ({ issuer }: { issuer: string }): NodeJS.ProcessEnv => ({
  MCP_AUTH_OIDC_ISSUER: issuer,
  MCP_AUTH_OIDC_CLIENT_ID: 'service',
  MCP_AUTH_OIDC_CLIENT_SECRET: CLIENT_SECRET,
  MCP_AUTH_OIDC_DOMAINS: 'example.com',
});

/** Where its groups are looked up. */
export const groupsUrl = ({ issuer }: { issuer: string }) => `${issuer}/groups?$select=id`;

/** An entry of `providers` in a policy file, whose secret is in the variable PARTNERS_SECRET. */
export const partners = ({ issuer }: { issuer: string }, more = '') =>
  `  - id: partners\n    issuer: ${issuer}\n    clientId: service\n    clientSecret: { env: PARTNERS_SECRET }\n${more}`;

/**
 * The service with two providers: that of the environment, which speaks for example.com, and `partners` of a file, which
 * says who it is in its answers (RFC 9207).
 * @param rules what the file says besides.
 * @param more what it says of `partners`.
 */
export async function startFederatedService(
  environment: NodeJS.ProcessEnv = {},
  rules: (mcpUrl: string) => string = () => '',
  more = '    domains: [partners.example]\n',
) {
  const provider = await LyingProvider.start();
  const other = await LyingProvider.start({ authorization_response_iss_parameter_supported: true });
  const port = String(await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-providers-'));
  const file = join(folder, 'policy.yaml');
  const providers = `providers:\n${partners(other, more)}`;
  await writeFile(file, providers + rules(`http://localhost:${port}/mcp`));
  const service = await startStandalone({
    PORT: port,
    ...providerVariables(provider),
    MCP_AUTH_OIDC_NAME: 'Company <b>login</b>\u202e',
    MCP_AUTH_POLICY_FILE: file,
    MCP_AUTH_OIDC_GROUPS_URL: groupsUrl(provider),
    PARTNERS_SECRET: CLIENT_SECRET,
    ...environment,
  });
  const close = async () => {
    await service.close();
    provider.close();
    other.close();
    await rm(folder, { recursive: true });
  };
  /** Nobody is known but the administrator, and the provider behaves. */
  const reset = async () => {
    provider.reset();
    other.reset();
    await service.dataSource.query(`DELETE FROM mcp_auth."user" WHERE email <> $1`, [ADMINISTRATOR.email]);
    await service.dataSource.query(`DELETE FROM mcp_auth."account" WHERE "providerId" <> 'credential'`);
    await service.dataSource.query('DELETE FROM mcp_auth."identity"');
  };
  /** What a refused sign-in must leave alone. */
  const rows = () => {
    const tables = ['user', 'identity', 'account', 'session', 'oauthGrant', 'oauthConsent'];
    const counts = tables.map(
      (name) =>
        `SELECT '${name}' AS name, count(*)::int AS count, md5(string_agg(t::text, '' ORDER BY t::text)) AS content FROM mcp_auth."${name}" t`,
    );
    return service.dataSource.query<{ name: string; count: number; content: string | null }[]>(
      counts.join(' UNION ALL '),
    );
  };
  return { provider, other, file, service, close, reset, rows };
}

export const GRACE = {
  sub: 'grace',
  name: 'Grace',
  email: 'grace@example.com',
  email_verified: true,
  groups: ['a'],
};
