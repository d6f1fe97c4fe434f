import { asciiLowerCase } from './ascii-lower-case.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import {
  DEFAULT_GROUPS_CLAIM,
  DEFAULT_SCOPES,
  defaultHostedDomain,
  domainProblem,
  groupsUrlProblem,
  HOSTED_DOMAIN,
  isSameIssuer,
  issuerProblem,
  type OidcProviderConfig,
  scopesProblem,
} from './oidc-provider.js';

/** How people come in. */
export abstract class SignInConfig {
  providers: readonly OidcProviderConfig[];
  /** Whether somebody who signs in with a provider for the first time gets an account. */
  signUp: boolean;
  /** Who may use a password. */
  passwords: 'on' | 'administrator' | 'off';
  /** Seconds an invitation works. */
  invitationTtl: number;
}

/**
 * @param more providers of the policy file.
 * @throws ConfigurationError with one sentence that names the variable and what to change.
 */
export function readSignInConfig(env: Environment, more: readonly OidcProviderConfig[]): SignInConfig {
  const first = readProvider(env);
  const passwords = env.choice('MCP_AUTH_PASSWORDS', ['on', 'administrator', 'off'], 'on');
  if (passwords === 'off' && !first && more.length === 0)
    throw new ConfigurationError(
      'MCP_AUTH_PASSWORDS is off, MCP_AUTH_OIDC_ISSUER is not set, and MCP_AUTH_POLICY_FILE has no provider: nobody could sign in.',
    );
  if (first && more.some(({ issuer }) => isSameIssuer(issuer, first.issuer)))
    throw new ConfigurationError(
      'MCP_AUTH_OIDC_ISSUER names an issuer that a provider of MCP_AUTH_POLICY_FILE has: give each its own.',
    );
  return {
    providers: (first ? [first, ...more] : more).map(checkCompany),
    signUp: env.choice('MCP_AUTH_SIGN_UP', ['on', 'off'], 'on') === 'on',
    passwords,
    invitationTtl: env.integer('MCP_AUTH_INVITATION_TTL', 604_800, 60, 7_776_000),
  };
}

/** The provider of the environment; null without one. */
function readProvider(env: Environment): OidcProviderConfig | null {
  const issuer = env.text('MCP_AUTH_OIDC_ISSUER');
  const clientId = env.text('MCP_AUTH_OIDC_CLIENT_ID');
  const clientSecret = env.text('MCP_AUTH_OIDC_CLIENT_SECRET');
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new ConfigurationError(
      'MCP_AUTH_OIDC_ISSUER, MCP_AUTH_OIDC_CLIENT_ID and MCP_AUTH_OIDC_CLIENT_SECRET must be set together.',
    );
  check('MCP_AUTH_OIDC_ISSUER', issuerProblem(issuer));
  const scopes = env.text('MCP_AUTH_OIDC_SCOPES') ?? DEFAULT_SCOPES;
  check('MCP_AUTH_OIDC_SCOPES', scopesProblem(scopes));
  const groupsUrl = env.text('MCP_AUTH_OIDC_GROUPS_URL') ?? null;
  if (groupsUrl !== null) check('MCP_AUTH_OIDC_GROUPS_URL', groupsUrlProblem(groupsUrl, issuer));
  return {
    id: 'sso',
    name: env.text('MCP_AUTH_OIDC_NAME') ?? new URL(issuer).host,
    issuer,
    clientId,
    clientSecret,
    domains: readDomains(env),
    hostedDomain: env.choice('MCP_AUTH_OIDC_HOSTED_DOMAIN', HOSTED_DOMAIN, defaultHostedDomain(issuer)),
    scopes,
    groupsClaim: env.text('MCP_AUTH_OIDC_GROUPS_CLAIM') ?? DEFAULT_GROUPS_CLAIM,
    groupsUrl,
    source: false,
    signOut: env.choice('MCP_AUTH_OIDC_SIGN_OUT', ['on', 'off'], 'off') === 'on',
  };
}

function readDomains(env: Environment): string[] {
  const variable = 'MCP_AUTH_OIDC_DOMAINS';
  const domains = (env.text(variable) ?? '').split(',').flatMap((text) => asciiLowerCase(text.trim()) || []);
  for (const domain of domains) check(variable, domainProblem(domain));
  return domains;
}

function check(variable: string, problem: string | null): void {
  if (problem !== null) throw new ConfigurationError(`${variable} ${problem}.`);
}

/** @throws ConfigurationError where everybody with an account at the provider could come in. */
function checkCompany(provider: OidcProviderConfig): OidcProviderConfig {
  if (provider.hostedDomain === 'required' && provider.domains.length === 0)
    throw new ConfigurationError(
      `The provider ${provider.issuer} needs the domains of your company (MCP_AUTH_OIDC_DOMAINS, or domains in the file), or the hosted domain must be optional: else everybody with an account there could come in.`,
    );
  return provider;
}
