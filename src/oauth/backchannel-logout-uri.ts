import { isThisComputer } from './loopback.js';

/** Characters. */
const LONGEST = 2_000;

/**
 * What is wrong with the URI where a client wants to hear of logouts (OpenID Connect Back-Channel Logout §2.2), as the
 * end of a sentence that begins with its name; null for a good one.
 * @param allowLoopback for development: http on this computer too.
 */
export function checkBackchannelLogoutUri(uri: unknown, allowLoopback = false): string | null {
  if (typeof uri !== 'string' || uri.length > LONGEST || !URL.canParse(uri))
    return `must be an absolute https URI of at most ${LONGEST} characters`;
  const { protocol, username, password, hostname } = new URL(uri);
  const isPlain = protocol === 'http:' && allowLoopback && isThisComputer(hostname);
  if (protocol !== 'https:' && !isPlain) return 'must use https';
  if (uri.includes('#')) return 'must have no fragment';
  return username || password ? 'must hold no user information' : null;
}
