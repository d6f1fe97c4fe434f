import { HttpException } from '@nestjs/common';
import type { DpopErrorCode } from './dpop.js';

/** Error codes of the registries this server answers with, by their wire names. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'insufficient_user_authentication'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'access_denied'
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'invalid_request_uri'
  | 'registration_not_supported'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'too_many_requests';

/** RFC 6749 §5.2: the characters an `error_description` may hold. */
const NOT_DESCRIPTION = /[^\x20-\x21\x23-\x5B\x5D-\x7E]/g;

/**
 * An error that leaves this server as `{ error, error_description }` (RFC 6749 §5.2).
 * `cause` is for the log and never sent; `headers` go out with the answer.
 */
export class OAuthError extends HttpException {
  /** Headers that go with the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the audit is told of the refusal beside the rest; never sent. */
  readonly audited: Readonly<Record<string, string>>;

  /** `error` and `error_description` of the answer's body; the `cause` is for the log alone. */
  constructor(
    /** The registered code. */
    readonly error: OAuthErrorCode,
    /** What is wrong, for whoever wrote the client. */
    readonly description: string,
    status: number,
    options: {
      cause?: unknown;
      headers?: Record<string, string>;
      body?: object;
      audited?: Record<string, string>;
    } = {},
  ) {
    const safe = description.replace(NOT_DESCRIPTION, "'");
    super(options.body ?? { error, error_description: safe }, status, { cause: options.cause });
    this.headers = options.headers ?? {};
    this.audited = options.audited ?? {};
  }
}

type Options = ConstructorParameters<typeof OAuthError>[3];

/** RFC 6749 §5.2: a parameter is missing, repeated, malformed or not understood. */
export class InvalidRequestError extends OAuthError {
  constructor(description: string, options?: Options) {
    super('invalid_request', description, 400, options);
  }
}

/** A body over the endpoint's limit: `invalid_request` with status 413 (RFC 9110 §15.5.14). */
export class RequestTooLargeError extends OAuthError {
  constructor(description: string) {
    super('invalid_request', description, 413);
  }
}

/** RFC 6749 §5.2: client authentication failed, or the client is unknown. */
export class InvalidClientError extends OAuthError {
  constructor(description = 'Client authentication failed.', options?: Options) {
    super('invalid_client', description, 401, options);
  }
}

/** RFC 6749 §5.2: the code or refresh token is invalid, expired, revoked or bound to another request. */
export class InvalidGrantError extends OAuthError {
  constructor(description: string, options?: Options) {
    super('invalid_grant', description, 400, options);
  }
}

/** The grant is the client's and has ended: asking was nobody's fault, and must not count as one. */
export class EndedGrantError extends InvalidGrantError {}

/** RFC 6749 §5.2: the client may not use this grant type. */
export class UnauthorizedClientError extends OAuthError {
  constructor(description: string) {
    super('unauthorized_client', description, 400);
  }
}

/** RFC 9470 §3: the person has to prove again who they are, within `maxAge` seconds. */
export class InsufficientAuthenticationError extends OAuthError {
  constructor(description: string, maxAge: number) {
    const error = 'insufficient_user_authentication';
    super(error, description, 400, {
      body: { error, error_description: description, max_age: maxAge },
    });
  }
}

/** RFC 6749 §5.2: no grant type of this name is registered. */
export class UnsupportedGrantTypeError extends OAuthError {
  constructor(description: string) {
    super('unsupported_grant_type', description, 400);
  }
}

/** RFC 6749 §4.1.2.1: only `response_type=code` is offered. */
export class UnsupportedResponseTypeError extends OAuthError {
  constructor(description: string) {
    super('unsupported_response_type', description, 400);
  }
}

/** RFC 6749 §5.2: a requested scope is unknown, malformed or exceeds what was granted. */
export class InvalidScopeError extends OAuthError {
  constructor(description: string) {
    super('invalid_scope', description, 400);
  }
}

/** RFC 8707 §2: the requested resource is unknown, disabled or not the granted one. */
export class InvalidTargetError extends OAuthError {
  constructor(description: string) {
    super('invalid_target', description, 400);
  }
}

/** RFC 6749 §4.1.2.1: the person or the policy said no. */
export class AccessDeniedError extends OAuthError {
  constructor(description: string) {
    super('access_denied', description, 403);
  }
}

/** RFC 8628 §3.5: the person has not answered yet. */
export class AuthorizationPendingError extends OAuthError {
  constructor(
    error: 'authorization_pending' | 'slow_down' = 'authorization_pending',
    description = 'The person has not answered yet.',
  ) {
    super(error, description, 400);
  }
}

/** RFC 8628 §3.5: the same, of a device that asks too often: it waits five seconds longer from now on. */
export class SlowDownError extends AuthorizationPendingError {
  constructor() {
    super('slow_down', 'Wait five seconds longer between two requests, from now on.');
  }
}

/** RFC 8628 §3.5: nobody has answered in time. */
export class ExpiredTokenError extends OAuthError {
  constructor() {
    super('expired_token', 'Nobody has answered in time. Begin again.', 400);
  }
}

/** RFC 8693 §2.2.2: the subject token was this client's to exchange, and is over: that is nobody's fault, and must not count as one. */
export class EndedSubjectError extends InvalidRequestError {}

/** RFC 8693 §2.2.2: the person may not use that server: nobody's fault either, since others of the same client may. */
export class RefusedTargetError extends InvalidTargetError {}

/** RFC 9101 §7: no such request was pushed, or it was used, or its time is over. It names nobody to be sent back to. */
export class InvalidRequestUriError extends OAuthError {
  constructor(description = 'This link is no longer good. Go back to the application and begin again.') {
    super('invalid_request_uri', description, 400);
  }
}

/** OpenID Connect Core §3.1.2.6: `prompt=none` and nobody is signed in. */
export class LoginRequiredError extends OAuthError {
  constructor(description = 'Nobody is signed in, and prompt=none forbids asking.') {
    super('login_required', description, 400);
  }
}

/** OpenID Connect Core §3.1.2.6: `prompt=none` and consent has not been given. */
export class ConsentRequiredError extends OAuthError {
  constructor(description = 'Consent is needed, and prompt=none forbids asking.') {
    super('consent_required', description, 400);
  }
}

/** OpenID Connect Core §3.1.2.6: `prompt=none`, and this client needs a click every time (RFC 8252 §8.6). */
export class InteractionRequiredError extends OAuthError {
  constructor(description = 'A confirmation is needed, and prompt=none forbids asking.') {
    super('interaction_required', description, 400);
  }
}

/** RFC 7591 §3.2.2: a redirect URI is malformed or not allowed. */
export class InvalidRedirectUriError extends OAuthError {
  constructor(description: string) {
    super('invalid_redirect_uri', description, 400);
  }
}

/** RFC 9449 §5, §8: at the authorization server a proof of possession is missing, wrong or without a current nonce. */
export class InvalidDpopProofError extends OAuthError {
  constructor(error: DpopErrorCode, description: string, options?: Options) {
    super(error, description, 400, options);
  }
}

/** RFC 7591 §3.2.2: a member of the client metadata is malformed or not allowed. */
export class InvalidClientMetadataError extends OAuthError {
  constructor(description: string, options?: Options) {
    super('invalid_client_metadata', description, 400, options);
  }
}

/** The database or a key is away: 503 with `Retry-After` in seconds (RFC 9110 §10.2.3). */
export class TemporarilyUnavailableError extends OAuthError {
  constructor(
    description = 'The service is temporarily unavailable.',
    options: Options & { retryAfter?: number } = {},
  ) {
    super('temporarily_unavailable', description, 503, {
      ...options,
      headers: { 'Retry-After': String(options.retryAfter ?? 1), ...options.headers },
    });
  }
}

/** Too many requests from one address: 429 with `Retry-After` in seconds (RFC 6585 §4). */
export class TooManyRequestsError extends OAuthError {
  constructor(retryAfter: number) {
    super('too_many_requests', `Too many requests; try again in ${retryAfter} seconds.`, 429, {
      headers: { 'Retry-After': String(retryAfter) },
    });
  }
}

/** A fault of this server that no input should cause; its cause is logged, never sent. */
export class ServerError extends OAuthError {
  constructor(cause: unknown) {
    super('server_error', 'The server met an unexpected condition.', 500, { cause });
  }
}
