import { isThisComputer } from '../oauth/loopback.js';

/**
 * Whether a client id is the URL of a metadata document: https, with a path, without user information, fragment and
 * dot segments, and in the one spelling that URLs are compared in (draft-ietf-oauth-client-id-metadata-document-00 §3).
 * @param allowLoopback for development: http on this computer too.
 */
export function isClientIdUrl(clientId: string, allowLoopback: boolean): boolean {
  if (!/^https?:\/\//.test(clientId) || !URL.canParse(clientId)) return false;
  const { protocol, hostname, pathname, username, password, href } = new URL(clientId);
  if (protocol !== 'https:' && !(allowLoopback && isThisComputer(hostname))) return false;
  return pathname !== '/' && !username && !password && !clientId.includes('#') && href === clientId;
}
