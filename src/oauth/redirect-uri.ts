import { isThisComputer } from './loopback.js';

/** Characters per redirect URI. */
export const LONGEST_REDIRECT_URI = 2_000;

export type RedirectKind = 'https' | 'loopback' | 'private-use';

/** RFC 3986 §2: what a URI is made of; a backslash, which browsers turn into a slash, is not. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?([/?].*)?$/;
/** RFC 3986 §3.1. */
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const DOT_SEGMENT = /(^|[/\\])(\.|%2e){1,2}([/\\?]|$)/i;

/** Schemes that run code, read files or start other programs: never a place to send a code to. */
const DANGEROUS_SCHEMES = new Set(
  `javascript data file vbscript about blob filesystem view-source ftp ftps ws wss mailto tel sms intent chrome
  chrome-extension moz-extension resource jar opera edge ms-settings ms-msdt search-ms shell view ssh telnet ldap`.split(
    /\s+/,
  ),
);

function loopback(uri: string): { host: string; rest: string } | null {
  const [, host, port, rest = ''] = LOOPBACK.exec(uri) ?? [];
  if (host === undefined) return null;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return null;
  return { host, rest };
}

/** Null when a client may register the URI, else the sentence that says why not (RFC 9700 §4.1, RFC 8252 §7). */
export function checkRedirectUri(uri: string): string | null {
  if (uri.length > LONGEST_REDIRECT_URI) return `A redirect URI may have ${LONGEST_REDIRECT_URI} characters.`;
  const [, scheme] = SCHEME.exec(uri) ?? [];
  if (scheme === undefined || !URI_CHARACTERS.test(uri) || !URL.canParse(uri))
    return 'A redirect URI must be an absolute URI.';
  if (DANGEROUS_SCHEMES.has(scheme.toLowerCase()))
    return `The scheme ${scheme} is not allowed in a redirect URI.`;
  if (/%00/.test(uri)) return 'A redirect URI may not hold a NUL character.';
  // RFC 6749 §3.1.2: the redirection endpoint URI must not include a fragment.
  if (uri.includes('#')) return 'A redirect URI may not have a fragment.';
  const { username, password, protocol, hostname } = new URL(uri);
  if (username || password || /^[^/?]*\/\/[^/?]*@/.test(uri))
    return 'A redirect URI may not hold user information.';
  if (DOT_SEGMENT.test(uri.split('?')[0] ?? '')) return 'A redirect URI may not have dot segments.';
  if (protocol === 'http:' && !loopback(uri))
    return 'A redirect URI must use https, unless its host is loopback.';
  if (protocol === 'https:' && !hostname) return 'A redirect URI must name a host.';
  return null;
}

/** What kind of program listens at a redirect URI that `checkRedirectUri` found right. */
export function redirectKind(uri: string): RedirectKind {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') return 'private-use';
  return isThisComputer(new URL(uri).hostname) ? 'loopback' : 'https';
}

/**
 * Whether a requested URI is a registered one: byte for byte (RFC 9700 §2.1), but for the port of a loopback
 * redirect, which the client learns only when it starts to listen (RFC 8252 §7.3).
 */
export function matchRedirectUri(registered: readonly string[], requested: string): boolean {
  if (registered.includes(requested)) return true;
  const target = loopback(requested);
  if (!target || checkRedirectUri(requested) !== null) return false;
  return registered.some((uri) => {
    const known = loopback(uri);
    return known !== null && known.host === target.host && known.rest === target.rest;
  });
}

/** Whom a redirect reaches, as consent remembers and shows it: the host, or the scheme of a private-use URI. */
export function redirectHost(uri: string): string {
  const { protocol, host, hostname } = new URL(uri);
  const kind = redirectKind(uri);
  if (kind === 'https') return host;
  return kind === 'loopback' ? hostname : protocol + (host && `//${host}`);
}
