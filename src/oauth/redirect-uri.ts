import { isThisComputer } from './loopback.js';
import { CLIENT_SCHEMES, isAllowedScheme, isHostileScheme } from './redirect-schemes.js';

/** Characters per redirect URI. */
export const LONGEST_REDIRECT_URI = 2_000;

export type RedirectKind = 'https' | 'loopback' | 'private-use';

/** RFC 3986 §2: what a URI is made of; a backslash, which browsers turn into a slash, is not. */
const URI_CHARACTERS = /^([A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?([/?].*)?$/;
/** RFC 3986 §3.1. */
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
/** RFC 3986 §3: browsers make up what is missing of it, from the page they are on. */
const WEB = /^https?:\/\/[^/?#]/i;
/** RFC 3986 §3: with an authority or a path, as RFC 8252 §7.1 writes them. */
const PRIVATE_USE = /^[^:]+:\//;
const DOT_SEGMENT = /(^|[/\\])(\.|%2e){1,2}([/\\?]|$)/i;
const OUT_OF_BAND = /^urn:ietf:wg:oauth:2\.0:oob(:|$)/i;
/** `localhost:1234/cb`, which reads as a URI of the scheme `localhost`. */
const HOST_AND_PORT = /^([\w.-]+|\[[0-9a-f:.]+\]):\d+([/?]|$)/i;

/** What an answer adds to the query (RFC 6749 §4.1.2, RFC 9207 §2). */
const ANSWERED: readonly string[] = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri'];

/** Why a URI is no redirect URI, in a sentence for whoever wrote it. */
export interface RedirectProblem {
  sentence: string;
  /** It is well-formed, and only its scheme is not known here: whoever sends others too can do without it. */
  dispensable?: boolean;
}

function loopback(uri: string): { host: string; rest: string } | null {
  const [, host, port, rest = ''] = LOOPBACK.exec(uri) ?? [];
  if (host === undefined) return null;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return null;
  return { host, rest };
}

/**
 * Null when a client may be sent back to the URI, else why not (RFC 9700 §4.1, RFC 8252 §7). What stands in a
 * registration, a metadata document or a list of trusted clients is held to the same.
 * @param schemes private-use schemes without a dot that are allowed.
 */
export function checkRedirectUri(uri: string, schemes = CLIENT_SCHEMES): RedirectProblem | null {
  if (uri.length > LONGEST_REDIRECT_URI)
    return { sentence: `A redirect URI may have ${LONGEST_REDIRECT_URI} characters.` };
  if (OUT_OF_BAND.test(uri))
    return {
      sentence:
        'Codes are not shown to be copied any more: use a loopback redirect such as http://127.0.0.1/callback.',
    };
  if (HOST_AND_PORT.test(uri))
    return { sentence: 'A redirect URI must begin with its scheme, such as http://localhost:1234/callback.' };
  const [, name] = SCHEME.exec(uri) ?? [];
  if (name === undefined || !URI_CHARACTERS.test(uri))
    return {
      sentence: 'A redirect URI must be an absolute URI, without any character that a URI may not hold.',
    };
  const scheme = name.toLowerCase();
  if (isHostileScheme(scheme)) return { sentence: `The scheme ${scheme} is not allowed in a redirect URI.` };
  const isWeb = scheme === 'http' || scheme === 'https';
  if (!(isWeb ? WEB : PRIVATE_USE).test(uri) || !URL.canParse(uri))
    return {
      sentence: isWeb
        ? `A redirect URI must name a host: write it as ${scheme}://host/path.`
        : 'A redirect URI with a scheme of its own must be written as scheme:/path or scheme://path.',
    };
  return checkParts(uri) ?? (isWeb ? checkWeb(uri) : checkScheme(scheme, schemes));
}

function checkParts(uri: string): RedirectProblem | null {
  if (/%00/.test(uri)) return { sentence: 'A redirect URI may not hold a NUL character.' };
  // RFC 6749 §3.1.2: the redirection endpoint URI must not include a fragment.
  if (uri.includes('#')) return { sentence: 'A redirect URI may not have a fragment.' };
  if (/^[^/?]*\/\/[^/?]*@/.test(uri)) return { sentence: 'A redirect URI may not hold user information.' };
  if (DOT_SEGMENT.test(uri.split('?')[0] ?? ''))
    return { sentence: 'A redirect URI may not have dot segments.' };
  // RFC 6749 §3.1: none may come twice, and a client that takes the first would take that of whoever registered it.
  const [, query = ''] = uri.split(/\?(.*)/s);
  const twice = ANSWERED.find((name) => new URLSearchParams(query).has(name));
  if (twice !== undefined)
    return { sentence: `A redirect URI may not hold the parameter ${twice}, which the answer adds.` };
  return null;
}

function checkWeb(uri: string): RedirectProblem | null {
  const { protocol, hostname } = new URL(uri);
  if (hostname.includes('*'))
    return {
      sentence:
        'A redirect URI may not hold a wildcard: register each URI, and use state to tell them apart.',
    };
  if (protocol === 'http:' && !loopback(uri))
    return { sentence: 'A redirect URI must use https, unless its host is loopback.' };
  return null;
}

function checkScheme(scheme: string, schemes: readonly string[]): RedirectProblem | null {
  if (isAllowedScheme(scheme, schemes)) return null;
  return {
    sentence: `The scheme ${scheme} is not allowed in a redirect URI: use one with a dot, such as com.example.app:/callback, or a loopback redirect.`,
    dispensable: true,
  };
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

/** Whom a redirect reaches, as consent remembers and shows it: the host that a browser opens, or the scheme of a private-use URI. */
export function redirectHost(uri: string): string {
  const { protocol, host, hostname } = new URL(uri);
  const kind = redirectKind(uri);
  if (kind === 'https') return host;
  return kind === 'loopback' ? hostname : protocol + (host && `//${host}`);
}

/** The origin that a browser opens for an https URL which is written as one; null for everything else. */
export function redirectOrigin(uri: string): string | null {
  return checkRedirectUri(uri) === null && redirectKind(uri) === 'https' ? new URL(uri).origin : null;
}
