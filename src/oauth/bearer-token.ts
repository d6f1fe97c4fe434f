import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { queryOf } from './parameters.js';

/** The scheme is read without case (RFC 9110 §11.1). */
const BEARER = /^bearer(?=\s|$) */i;

export type BearerToken = { token: string } | { problem: 'none' | 'malformed' };

/** The access token of the Authorization header (RFC 6750 §2.1), the only place it is taken from. */
export function bearerToken({ authorization }: IncomingHttpHeaders): BearerToken {
  const scheme = authorization === undefined ? null : BEARER.exec(authorization);
  if (authorization === undefined || !scheme) return { problem: 'none' };
  const token = authorization.slice(scheme[0].length);
  return token === '' ? { problem: 'malformed' } : { token };
}

/** MCP 2026-07-28, "Token Requirements": access tokens must not be included in the URI query string. */
export function hasTokenInQuery({ url = '' }: IncomingMessage): boolean {
  const query = queryOf(url);
  return query !== '' && new URLSearchParams(query).has('access_token');
}
