import { isLoopbackHost } from 'nestjs-mcp-auth/service-kit';
import { asciiLowerCase } from './ascii-lower-case.js';

/** An identity provider that speaks OpenID Connect. */
export interface OidcProviderConfig {
  /** Stands in its callback URL: `/sign-in/<id>/callback` below the issuer. */
  id: string;
  /** On its button. */
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Domains of email addresses that it speaks for; empty for none. */
  domains: readonly string[];
  /** Whether an account must be of one of the domains by the word of Google (`hd`), where there are some. */
  hostedDomain: (typeof HOSTED_DOMAIN)[number];
  scopes: string;
  groupsClaim: string;
  /** Where the groups are looked up of somebody who is in more than the id_token holds; null for nowhere. */
  groupsUrl: string | null;
  /** Whether rules name its groups without it. At most one is marked; without a mark it is the first. */
  source: boolean;
  /** Whether it must say when people proved who they are, where that is asked for (`auth_time`). */
  authTime: (typeof AUTH_TIME)[number];
  /** Whether signing out here ends the session there too. */
  signOut: boolean;
}

export const DEFAULT_SCOPES = 'openid profile email';
export const DEFAULT_GROUPS_CLAIM = 'groups';

export const HOSTED_DOMAIN = ['required', 'optional'] as const;

export const AUTH_TIME = ['required', 'optional'] as const;

/** Google says nothing of when people proved who they are, whatever it is asked. */
export function defaultAuthTime(issuer: string): OidcProviderConfig['authTime'] {
  return isGoogle(issuer) ? 'optional' : 'required';
}

/** Whoever has a mailbox can make a personal Google account of it, and keeps that account when the mailbox is gone. */
export function defaultHostedDomain(issuer: string): OidcProviderConfig['hostedDomain'] {
  return isGoogle(issuer) ? 'required' : 'optional';
}

function isGoogle(issuer: string): boolean {
  return isSameIssuer(issuer, 'https://accounts.google.com');
}

/** Whether two issuers are one provider's to whoever reads them. What is stored, and compared with `iss`, are their bytes. */
export function isSameIssuer(one: string, other: string): boolean {
  return issuerKey(one) === issuerKey(other);
}

function issuerKey(issuer: string): string {
  const { protocol, hostname, port, pathname } = new URL(issuer);
  return asciiLowerCase(`${protocol}//${hostname.replace(/\.$/, '')}:${port}${plainPath(pathname)}`);
}

/** Without what changes nothing for whoever reads it. */
function plainPath(pathname: string): string {
  const plain = pathname.replaceAll(/%[2-7][0-9a-f]/gi, decodeURIComponent);
  return plain.replaceAll(/\/+/g, '/').replace(/\/$/, '');
}

/** Tenants that are everybody's: whoever makes a directory of their own could sign in as anybody. */
const SHARED_TENANT =
  /^https:\/\/(login\.microsoftonline\.com|login\.windows\.net|sts\.windows\.net):\/(common|organizations|consumers)(\/|$)/;

/** What an issuer must be, in words that follow its name; null when it is. */
export function issuerProblem(issuer: string): string | null {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  if (!url || url.search || url.hash || url.username || url.password)
    return "must be the provider's issuer, such as https://login.example.com";
  if (!isSafe(url)) return `must use https, not ${issuer}; plain http is for localhost only`;
  return SHARED_TENANT.test(issuerKey(issuer))
    ? "must be your own tenant's, https://login.microsoftonline.com/<tenant id>/v2.0: this one is every tenant's"
    : null;
}

/** The same for a domain of email addresses, in lower case. */
export function domainProblem(domain: string): string | null {
  return /^([a-z0-9-]+\.)+[a-z0-9-]+$/.test(domain)
    ? null
    : `must be domains such as example.com, not "${domain}"`;
}

/** The same for scopes, separated by spaces. */
export function scopesProblem(scopes: string): string | null {
  return scopes.split(/\s+/).includes('openid') ? null : `must hold openid, such as "${DEFAULT_SCOPES}"`;
}

/** The same for the URL where groups are looked up. */
export function groupsUrlProblem(groupsUrl: string, issuer: string): string | null {
  const url = URL.canParse(groupsUrl) ? new URL(groupsUrl) : null;
  if (!url || url.hash || url.username || url.password)
    return 'must be an https URL, such as https://graph.microsoft.com/v1.0/me/transitiveMemberOf/microsoft.graph.group?$count=true&$select=id&$top=999';
  return url.protocol === 'https:' || (isSafe(url) && isLoopbackHost(new URL(issuer).hostname))
    ? null
    : 'must use https: an access token is sent there';
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}
