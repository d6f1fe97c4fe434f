import { LRUCache } from 'lru-cache';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { bearerChallenge, type Challenge, challenges } from '../oauth/challenge.js';
import { CORS_HEADERS } from '../oauth/cors.js';
import { OAuthError, type OAuthErrorCode } from '../oauth/errors.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { formatScope } from '../oauth/scope.js';
import type { SentToken } from '../oauth/sent-token.js';
import type { InvalidProofError } from '../verification/invalid-proof.error.js';

const UNAUTHORIZED = -32_000;
const FORBIDDEN = -32_003;
const INVALID_REQUEST = -32_600;
/** MCP 2026-07-28, "Server Validation": `HeaderMismatch`. */
const HEADER_MISMATCH = -32_020;
const UNAVAILABLE = -32_004;
/** Refusals of one handler that differ. */
const MOST_KINDS = 100;

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
    // What contexts without a body of their own show of it.
    this.message = rpc.message;
  }
}

/** The refusals of one handler. What does not depend on the request is made once, and none takes a stack. */
export class Refusals {
  private readonly made = new LRUCache<string, OAuthError>({ max: MOST_KINDS });

  constructor(
    private readonly resource: ProtectedResource,
    private readonly required: readonly string[],
  ) {}

  /** 401 (RFC 6750 §3.1, RFC 9449 §7.1); `problem` says what is wrong with the token that was sent, if one was. */
  unauthorized(problem?: string, scheme: SentToken['scheme'] = 'Bearer'): OAuthError {
    return this.again(`401 ${scheme} ${problem}`, () => {
      const rpc = {
        code: UNAUTHORIZED,
        message: `Unauthorized: ${problem ?? 'Authentication is required.'}`,
      };
      const error = problem === undefined ? undefined : ('invalid_token' as const);
      return new Refusal(
        'invalid_token',
        401,
        rpc,
        this.bothChallenges({ error, description: problem }, scheme),
      );
    });
  }

  /** 401 (RFC 9449 §7.1, §9); `nonce` is the header with the next one, if proofs must carry one. */
  unproven({ error, message }: InvalidProofError, nonce: Readonly<Record<string, string>>): OAuthError {
    const refusal = this.again(`401 ${message}`, () => {
      const rpc = { code: UNAUTHORIZED, message: `Unauthorized: ${message}` };
      return new Refusal(error, 401, rpc, this.bothChallenges({ error, description: message }, 'DPoP'));
    });
    return Object.assign(refusal, { headers: { ...refusal.headers, ...nonce } });
  }

  /** 403 with every scope the operation needs in one challenge (MCP 2026-07-28, "Scope Challenge Handling"). */
  insufficientScope(scopes: readonly string[], missing: readonly string[]): OAuthError {
    return this.again(`403 ${formatScope(scopes)} lacks ${formatScope(missing)}`, () => {
      const description = `The access token lacks the scope ${formatScope(missing)}.`;
      const rpc = { code: FORBIDDEN, message: `Forbidden: ${description}` };
      const headers = this.challenge({ scopes, error: 'insufficient_scope', description });
      return new Refusal('insufficient_scope', 403, rpc, headers);
    });
  }

  /** 400: the request itself is wrong (RFC 6750 §3.1). */
  invalidRequest(description: string, mismatch = false): OAuthError {
    return this.again(`400 ${description}`, () => {
      const code = mismatch ? HEADER_MISMATCH : INVALID_REQUEST;
      const headers = this.challenge({ scopes: [], error: 'invalid_request', description });
      return new Refusal('invalid_request', 400, { code, message: `Bad request: ${description}` }, headers);
    });
  }

  private bothChallenges(
    problem: Pick<Challenge, 'error' | 'description'>,
    scheme: SentToken['scheme'],
  ): Record<string, string> {
    const scopes = [...new Set([...this.resource.challengeScopes, ...this.required])];
    const resource = this.resource.identifier;
    return { 'WWW-Authenticate': challenges({ resource, scopes, ...problem }, scheme) };
  }

  private challenge(challenge: Omit<Challenge, 'resource'>): Record<string, string> {
    return { 'WWW-Authenticate': bearerChallenge({ resource: this.resource.identifier, ...challenge }) };
  }

  private again(kind: string, make: () => OAuthError): OAuthError {
    let refusal = this.made.get(kind);
    if (!refusal) {
      refusal = make();
      refusal.stack = `${refusal.name}: ${refusal.description}`;
      this.made.set(kind, refusal);
    }
    // An object of its own, so that what a host's filter writes on it stays with its request.
    return Object.create(refusal) as OAuthError;
  }
}

/** 503: whether the token is good cannot be said now. Never 401, on which clients throw good tokens away. */
export function unavailable({ description, headers, cause }: OAuthError): OAuthError {
  const rpc = { code: UNAVAILABLE, message: description };
  return new Refusal('temporarily_unavailable', 503, rpc, headers, cause);
}

/** Sees to it that status and headers of a refusal survive a host's filter that answers in its own way. */
export function pinRefusal(response: ServerResponse, refusal: OAuthError): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (_status: number, ...others: unknown[]): ServerResponse => {
    const headers = others.find((arg): arg is OutgoingHttpHeaders => typeof arg === 'object' && arg !== null);
    for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
    return writeHead(refusal.getStatus(), headers);
  };
}
