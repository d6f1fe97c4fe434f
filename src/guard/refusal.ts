import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { bearerChallenge, type BearerChallenge } from '../oauth/challenge.js';
import { CORS_HEADERS } from '../oauth/cors.js';
import { OAuthError, type OAuthErrorCode } from '../oauth/errors.js';

const UNAUTHORIZED = -32_000;
const FORBIDDEN = -32_003;
const INVALID_REQUEST = -32_600;
/** MCP 2026-07-28, "Server Validation": `HeaderMismatch`. */
const HEADER_MISMATCH = -32_020;
const UNAVAILABLE = -32_004;

/** A guard's refusal: OAuth's status and challenge, with a JSON-RPC body as MCP clients read it. */
class Refusal extends OAuthError {
  constructor(
    error: OAuthErrorCode,
    status: number,
    rpc: { code: number; message: string },
    headers: Record<string, string> = {},
    cause?: unknown,
  ) {
    super(error, rpc.message, status, {
      body: { jsonrpc: '2.0', error: rpc, id: null },
      headers: { ...CORS_HEADERS, 'Cache-Control': 'no-store', ...headers },
      cause,
    });
  }
}

/** 401 (RFC 6750 §3.1): `error` stands in the challenge only when a token was sent. */
export function unauthorized(challenge: BearerChallenge): OAuthError {
  const message = `Unauthorized: ${challenge.description ?? 'Authentication is required.'}`;
  return new Refusal('invalid_token', 401, { code: UNAUTHORIZED, message }, challengeHeader(challenge));
}

/** 403 with every scope the operation needs in one challenge (MCP 2026-07-28, "Scope Challenge Handling"). */
export function insufficientScope(resource: string, scopes: string[], missing: string[]): OAuthError {
  const description = `The access token lacks the scope ${missing.join(' ')}.`;
  const challenge = { resource, scopes, error: 'insufficient_scope' as const, description };
  const rpc = { code: FORBIDDEN, message: `Forbidden: ${description}` };
  return new Refusal('insufficient_scope', 403, rpc, challengeHeader(challenge));
}

/** 400: the request itself is wrong (RFC 6750 §3.1). */
export function invalidRequest(resource: string, description: string, mismatch = false): OAuthError {
  const challenge = { resource, scopes: [], error: 'invalid_request' as const, description };
  const rpc = { code: mismatch ? HEADER_MISMATCH : INVALID_REQUEST, message: `Bad request: ${description}` };
  return new Refusal('invalid_request', 400, rpc, challengeHeader(challenge));
}

/** 503: whether the token is good cannot be said now. Never 401, on which clients throw good tokens away. */
export function unavailable({ description, headers, cause }: OAuthError): OAuthError {
  return new Refusal(
    'temporarily_unavailable',
    503,
    { code: UNAVAILABLE, message: description },
    headers,
    cause,
  );
}

function challengeHeader(challenge: BearerChallenge): Record<string, string> {
  return { 'WWW-Authenticate': bearerChallenge(challenge) };
}

/** Sees to it that status and headers of a refusal survive a host's filter that answers in its own way. */
export function pinRefusal(response: ServerResponse, refusal: OAuthError): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (...args: unknown[]): ServerResponse => {
    const headers = args.find((arg): arg is OutgoingHttpHeaders => typeof arg === 'object' && arg !== null);
    for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
    return writeHead(refusal.getStatus(), headers);
  };
}
