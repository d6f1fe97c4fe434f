import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** RFC 6750 §2.1, b64token; the scheme is read without case (RFC 9110 §11.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

export type BearerToken = { token: string } | { problem: 'none' | 'malformed' };

/** The access token of the Authorization header, the only place it is taken from. */
export function bearerToken({ authorization }: IncomingHttpHeaders): BearerToken {
  if (authorization === undefined || !/^bearer\b/i.test(authorization)) return { problem: 'none' };
  const token = BEARER.exec(authorization)?.[1];
  return token === undefined ? { problem: 'malformed' } : { token };
}

/** MCP 2026-07-28, "Token Requirements": access tokens must not be included in the URI query string. */
export function hasTokenInQuery({ url }: IncomingMessage): boolean {
  const [, query] = (url ?? '').split('?', 2);
  return query !== undefined && new URLSearchParams(query).has('access_token');
}
