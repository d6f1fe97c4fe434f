import { isLoopbackHost } from '../../index.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';

/** An identity provider that speaks OpenID Connect. */
export interface OidcProviderConfig {
  /** Stands in its callback URL: `/sign-in/<id>/callback`. */
  id: string;
  /** On its button. */
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Domains of email addresses that it speaks for; empty for none. */
  domains: readonly string[];
  scopes: string;
  groupsClaim: string;
  /** Whether signing out here ends the session there too. */
  signOut: boolean;
}

export interface SignInConfig {
  providers: readonly OidcProviderConfig[];
  /** Whether somebody who signs in with a provider for the first time gets an account. */
  signUp: boolean;
  /** Who may use a password. */
  passwords: 'on' | 'administrator' | 'off';
}

/** The first provider's variables begin with it; those of more with `MCP_AUTH_OIDC_2`, `MCP_AUTH_OIDC_3` and so on. */
const PREFIX = 'MCP_AUTH_OIDC';
const MOST_PROVIDERS = 9;
/** Tenants that are everybody's: whoever makes a directory of their own could sign in as anybody. */
const SHARED_TENANT =
  /^https:\/\/(login\.microsoftonline\.com|login\.windows\.net|sts\.windows\.net)\/(common|organizations|consumers)(\/|$)/i;

/** @throws ConfigurationError with one sentence that names the variable and what to change. */
export function readSignInConfig(env: Environment): SignInConfig {
  const prefixes = Array.from({ length: MOST_PROVIDERS }, (_, index) =>
    index === 0 ? PREFIX : `${PREFIX}_${index + 1}`,
  );
  const providers = prefixes.flatMap((prefix, index) => readProvider(env, prefix, index) ?? []);
  const passwords = env.choice('MCP_AUTH_PASSWORDS', ['on', 'administrator', 'off'], 'on');
  if (passwords === 'off' && providers.length === 0)
    throw new ConfigurationError(
      'MCP_AUTH_PASSWORDS is off and MCP_AUTH_OIDC_ISSUER is not set: nobody could sign in.',
    );
  const issuers = providers.map(({ issuer }) => issuer);
  if (new Set(issuers).size < issuers.length)
    throw new ConfigurationError(
      `${PREFIX}_2_ISSUER names an issuer that another provider has: give each its own.`,
    );
  return { providers, signUp: env.choice('MCP_AUTH_SIGN_UP', ['on', 'off'], 'on') === 'on', passwords };
}

function readProvider(env: Environment, prefix: string, index: number): OidcProviderConfig | null {
  const issuer = env.text(`${prefix}_ISSUER`);
  const clientId = env.text(`${prefix}_CLIENT_ID`);
  const clientSecret = env.text(`${prefix}_CLIENT_SECRET`);
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new ConfigurationError(
      `${prefix}_ISSUER, ${prefix}_CLIENT_ID and ${prefix}_CLIENT_SECRET must be set together.`,
    );
  return {
    id: index === 0 ? 'sso' : `sso-${index + 1}`,
    name: env.text(`${prefix}_NAME`) ?? checkIssuer(`${prefix}_ISSUER`, issuer).host,
    issuer,
    clientId,
    clientSecret,
    domains: readDomains(env, `${prefix}_DOMAINS`),
    scopes: readScopes(env, `${prefix}_SCOPES`),
    groupsClaim: env.text(`${prefix}_GROUPS_CLAIM`) ?? 'groups',
    signOut: env.choice(`${prefix}_SIGN_OUT`, ['on', 'off'], 'off') === 'on',
  };
}

function checkIssuer(variable: string, issuer: string): URL {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (!url || url.search || url.hash || url.username)
    throw new ConfigurationError(
      `${variable} must be the provider's issuer, such as https://login.example.com.`,
    );
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname)))
    throw new ConfigurationError(`${variable} ${issuer} must use https; plain http is for localhost only.`);
  if (SHARED_TENANT.test(issuer))
    throw new ConfigurationError(
      `${variable} ${issuer} is every tenant's: use that of your own, https://login.microsoftonline.com/<tenant id>/v2.0.`,
    );
  return url;
}

function readDomains(env: Environment, variable: string): string[] {
  const domains = (env.text(variable) ?? '').split(',').flatMap((text) => text.trim().toLowerCase() || []);
  for (const domain of domains)
    if (!/^([a-z0-9-]+\.)+[a-z0-9-]+$/.test(domain))
      throw new ConfigurationError(
        `${variable} must be domains such as example.com, separated by commas, not "${domain}".`,
      );
  return domains;
}

function readScopes(env: Environment, variable: string): string {
  const scopes = env.text(variable) ?? 'openid profile email';
  if (!scopes.split(/\s+/).includes('openid'))
    throw new ConfigurationError(`${variable} must hold openid, such as "openid profile email".`);
  return scopes;
}
