import type { IncomingHttpHeaders } from 'node:http';
import { queryOf } from './parameters.js';

/** The scheme is read without case (RFC 9110 §11.1). */
const SCHEME = /^(bearer|dpop)(?=\s|$) */i;

/** An access token and how it was presented: as RFC 6750 §2.1 says, or as RFC 9449 §7.1 does. */
export interface SentToken {
  scheme: 'Bearer' | 'DPoP';
  token: string;
}

/** The access token of the Authorization header, the only place it is taken from. */
export function sentToken({
  authorization,
}: IncomingHttpHeaders): SentToken | { problem: 'none' | 'malformed' } {
  const found = authorization === undefined ? null : SCHEME.exec(authorization);
  if (authorization === undefined || !found) return { problem: 'none' };
  const token = authorization.slice(found[0].length);
  if (token === '') return { problem: 'malformed' };
  return { scheme: found[1]?.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
}

/** MCP 2026-07-28, "Token Requirements": access tokens must not be included in the URI query string. */
export function hasTokenInQuery({ url = '' }: { url?: string | undefined }): boolean {
  const query = queryOf(url);
  return query !== '' && new URLSearchParams(query).has('access_token');
}
