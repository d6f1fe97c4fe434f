import { asciiLowerCase } from './ascii-lower-case.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import {
  AUTH_TIME,
  DEFAULT_GROUPS_CLAIM,
  DEFAULT_SCOPES,
  defaultAuthTime,
  defaultHostedDomain,
  domainProblem,
  groupsUrlProblem,
  HOSTED_DOMAIN,
  isSameIssuer,
  issuerProblem,
  type OidcProviderConfig,
  scopesProblem,
} from './oidc-provider.js';
import { choice, secret, text, texts, wholeNumber } from './variable.js';

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

export const SIGN_IN_VARIABLES = {
  signUp: choice('MCP_AUTH_SIGN_UP', ['on', 'off'], {
    is: 'whether a first sign-in with a provider makes an account',
    fallback: 'on',
  }),
  passwords: choice('MCP_AUTH_PASSWORDS', ['on', 'administrator', 'off'], {
    is: 'who may sign in with email and password: everybody, administrators, nobody',
    fallback: 'on',
  }),
  invitationTtl: wholeNumber('MCP_AUTH_INVITATION_TTL', {
    is: 'seconds an invitation works: [people](../how-to/people.md)',
    from: 60,
    to: 7_776_000,
    fallback: 604_800,
  }),
};

/** The id of the provider of the variables. */
export const FIRST_PROVIDER = 'sso';
const ISSUER = 'MCP_AUTH_OIDC_ISSUER';

export const PROVIDER_VARIABLES = {
  issuer: text(ISSUER, {
    is: 'issuer of an identity provider; its redirect URI is `/sign-in/sso/callback` below the issuer. How: [Entra ID](../how-to/sign-in-with-entra-id.md), [Okta](../how-to/sign-in-with-okta.md), [Google Workspace](../how-to/sign-in-with-google-workspace.md), [Keycloak](../how-to/sign-in-with-keycloak.md)',
    otherwise: 'no single sign-on',
    check: issuerProblem,
  }),
  clientId: text('MCP_AUTH_OIDC_CLIENT_ID', { is: 'the id of this service, at the provider' }),
  clientSecret: secret('MCP_AUTH_OIDC_CLIENT_SECRET', { is: 'its secret there' }),
  domains: texts('MCP_AUTH_OIDC_DOMAINS', {
    is: 'domains of email addresses that the provider speaks for, separated by commas',
    otherwise: 'none',
    needs: [ISSUER],
    check: (domain) => domainProblem(asciiLowerCase(domain)),
  }),
  hostedDomain: choice('MCP_AUTH_OIDC_HOSTED_DOMAIN', HOSTED_DOMAIN, {
    is: '`required`: an account must be of one of these domains by the word of Google (`hd`), too',
    otherwise: '`required` for Google, else `optional`',
    needs: [ISSUER],
  }),
  name: text('MCP_AUTH_OIDC_NAME', {
    is: 'the words on the button',
    otherwise: 'host of the issuer',
    needs: [ISSUER],
  }),
  scopes: text('MCP_AUTH_OIDC_SCOPES', {
    is: 'what the provider is asked for',
    fallback: DEFAULT_SCOPES,
    needs: [ISSUER],
    check: scopesProblem,
  }),
  groupsClaim: text('MCP_AUTH_OIDC_GROUPS_CLAIM', {
    is: "claim of the id_token with the person's groups",
    fallback: DEFAULT_GROUPS_CLAIM,
    needs: [ISSUER],
  }),
  groupsUrl: text('MCP_AUTH_OIDC_GROUPS_URL', {
    is: 'where the groups are looked up of a person who is in more than the id_token holds, see [Entra ID](../how-to/sign-in-with-entra-id.md)',
    otherwise: 'nowhere',
    needs: [ISSUER],
  }),
  authTime: choice('MCP_AUTH_OIDC_AUTH_TIME', AUTH_TIME, {
    is: '`optional`: a sign-in that is asked to be fresh counts as such also where the provider does not say when it was: [fresh sign-ins](../how-to/fresh-sign-ins.md)',
    otherwise: '`optional` for Google, else `required`',
    needs: [ISSUER],
  }),
  signOut: choice('MCP_AUTH_OIDC_SIGN_OUT', ['on', 'off'], {
    is: '`on`: signing out here ends the session there too',
    fallback: 'off',
    needs: [ISSUER],
  }),
};

/**
 * @param more providers of the policy file.
 * @throws ConfigurationError with one sentence that names the variable and what to change.
 */
export function readSignInConfig(env: Environment, more: readonly OidcProviderConfig[]): SignInConfig {
  const first = readProvider(env);
  const passwords = env.get(SIGN_IN_VARIABLES.passwords);
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
    signUp: env.get(SIGN_IN_VARIABLES.signUp) === 'on',
    passwords,
    invitationTtl: env.get(SIGN_IN_VARIABLES.invitationTtl),
  };
}

/** The provider of the environment; null without one. */
function readProvider(env: Environment): OidcProviderConfig | null {
  const { issuer: issuerVariable, clientId: idVariable, clientSecret: secretVariable } = PROVIDER_VARIABLES;
  const [issuer, clientId, clientSecret] = [
    env.get(issuerVariable),
    env.get(idVariable),
    env.get(secretVariable),
  ];
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new ConfigurationError(
      'MCP_AUTH_OIDC_ISSUER, MCP_AUTH_OIDC_CLIENT_ID and MCP_AUTH_OIDC_CLIENT_SECRET must be set together.',
    );
  const groupsUrl = env.get(PROVIDER_VARIABLES.groupsUrl) ?? null;
  const problem = groupsUrl === null ? null : groupsUrlProblem(groupsUrl, issuer);
  if (problem !== null) throw new ConfigurationError(`${PROVIDER_VARIABLES.groupsUrl.name} ${problem}.`);
  return {
    id: FIRST_PROVIDER,
    name: env.get(PROVIDER_VARIABLES.name) ?? new URL(issuer).host,
    issuer,
    clientId,
    clientSecret,
    domains: env.get(PROVIDER_VARIABLES.domains).map(asciiLowerCase),
    hostedDomain: env.get(PROVIDER_VARIABLES.hostedDomain) ?? defaultHostedDomain(issuer),
    scopes: env.get(PROVIDER_VARIABLES.scopes),
    groupsClaim: env.get(PROVIDER_VARIABLES.groupsClaim),
    groupsUrl,
    source: false,
    authTime: env.get(PROVIDER_VARIABLES.authTime) ?? defaultAuthTime(issuer),
    signOut: env.get(PROVIDER_VARIABLES.signOut) === 'on',
  };
}

/** @throws ConfigurationError where everybody with an account at the provider could come in. */
function checkCompany(provider: OidcProviderConfig): OidcProviderConfig {
  if (provider.hostedDomain === 'required' && provider.domains.length === 0)
    throw new ConfigurationError(
      `The provider ${provider.issuer} needs the domains of your company (MCP_AUTH_OIDC_DOMAINS, or domains in the file), or the hosted domain must be optional: else everybody with an account there could come in.`,
    );
  return provider;
}
