import type { AuthorizationRequest } from './authorization-request.js';
import type { OAuthError } from './errors.js';

type Target = Pick<AuthorizationRequest, 'redirectUri' | 'state' | 'responseMode'>;

/** A form that takes the browser on (OAuth 2.0 Form Post Response Mode §2). */
export interface PostedAnswer {
  action: string;
  fields: readonly (readonly [name: string, value: string])[];
}

/** Marks an answer that is to be posted; no URL begins so, and no redirect URI holds a space. */
const FORM_POST = 'form_post ';

function respond(
  { redirectUri, state, responseMode }: Target,
  issuer: string,
  parameters: Record<string, string>,
): string {
  // RFC 9207 §2: `iss` in every authorization response, errors too.
  const query = new URLSearchParams(parameters);
  if (state !== undefined) query.append('state', state);
  query.append('iss', issuer);
  if (responseMode === 'form_post') return `${FORM_POST}${redirectUri} ${query}`;
  // The redirect URI goes out byte for byte as it was registered; its own query stays (RFC 6749 §3.1.2).
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`;
}

/** The form that stands in the place of a URL where the browser goes; null for a URL. */
export function postedAnswer(location: string): PostedAnswer | null {
  if (!location.startsWith(FORM_POST)) return null;
  const [action = '', query] = location.slice(FORM_POST.length).split(' ');
  return { action, fields: [...new URLSearchParams(query)] };
}

/** Where the browser goes with a code (RFC 6749 §4.1.2): a URL, or what `postedAnswer` reads. */
export function codeResponse(target: Target, issuer: string, code: string): string {
  return respond(target, issuer, { code });
}

/** The same with an error (RFC 6749 §4.1.2.1); only for a trusted redirect URI. */
export function errorResponse(target: Target, issuer: string, { error, description }: OAuthError): string {
  return respond(target, issuer, { error, error_description: description });
}

/** Where the browser goes whose person has answered a device: to a page of ours that says what to do now. */
export function deviceResponse(issuer: string, answer: 'allowed' | 'denied'): string {
  return `${issuer}/device/${answer}`;
}
