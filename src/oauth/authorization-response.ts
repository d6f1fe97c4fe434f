import type { AuthorizationRequest } from './authorization-request.js';
import type { OAuthError } from './errors.js';

type Target = Pick<AuthorizationRequest, 'redirectUri' | 'state'>;

function respond({ redirectUri, state }: Target, issuer: string, parameters: Record<string, string>): string {
  // RFC 9207 §2: `iss` in every authorization response, errors too.
  const query = new URLSearchParams({ ...parameters, ...(state !== undefined && { state }), iss: issuer });
  // The redirect URI goes out byte for byte as it was registered; its own query stays (RFC 6749 §3.1.2).
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
}

/** Where the browser goes with a code (RFC 6749 §4.1.2). */
export function codeResponse(target: Target, issuer: string, code: string): string {
  return respond(target, issuer, { code });
}

/** Where the browser goes with an error (RFC 6749 §4.1.2.1); only for a trusted redirect URI. */
export function errorResponse(target: Target, issuer: string, { error, description }: OAuthError): string {
  return respond(target, issuer, { error, error_description: description });
}

/** Where the browser goes whose person has answered a device: to a page of ours that says what to do now. */
export function deviceResponse(issuer: string, answer: 'allowed' | 'denied'): string {
  return `${issuer}/device/${answer}`;
}
