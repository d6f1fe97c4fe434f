import { DPOP_ALGORITHMS, type DpopErrorCode } from './dpop.js';
import { resourceMetadataUrl } from './resource.js';
import type { SentToken } from './sent-token.js';

export interface Challenge {
  /** The protected resource's identifier; its metadata URL goes into the challenge (RFC 9728 §5.1). */
  resource: string;
  /** Scopes the operation needs, all of them in one challenge. */
  scopes: readonly string[];
  /** Only when a token was sent (RFC 6750 §3.1). */
  error?: 'invalid_token' | 'insufficient_scope' | 'invalid_request' | DpopErrorCode;
  description?: string;
}

const quoted = (value: string) => `"${value.replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, "'")}"`;

function errorParameters({ error, description }: Pick<Challenge, 'error' | 'description'>): string[] {
  if (!error) return [];
  const parameters = [`error=${quoted(error)}`];
  return description ? [...parameters, `error_description=${quoted(description)}`] : parameters;
}

/** The value of `WWW-Authenticate` (RFC 6750 §3, RFC 9728 §5.1). */
export function bearerChallenge({ resource, scopes, ...problem }: Challenge): string {
  const parameters = [`resource_metadata=${quoted(resourceMetadataUrl(resource))}`];
  if (scopes.length > 0) parameters.push(`scope=${quoted(scopes.join(' '))}`);
  return `Bearer ${[...parameters, ...errorParameters(problem)].join(', ')}`;
}

/** The challenge of the other scheme (RFC 9449 §7.1). */
export function dpopChallenge(problem: Pick<Challenge, 'error' | 'description'> = {}): string {
  const algorithms = `algs=${quoted(DPOP_ALGORITHMS.join(' '))}`;
  return `DPoP ${[algorithms, ...errorParameters(problem)].join(', ')}`;
}

/**
 * Both challenges in one value, `Bearer` first for clients that read one alone (RFC 9110 §11.6.1).
 * @param scheme of the token that was sent: its challenge says what is wrong.
 */
export function challenges(challenge: Challenge, scheme: SentToken['scheme'] = 'Bearer'): string {
  const { error: _error, description: _description, ...bare } = challenge;
  return scheme === 'Bearer'
    ? `${bearerChallenge(challenge)}, ${dpopChallenge()}`
    : `${bearerChallenge(bare)}, ${dpopChallenge(challenge)}`;
}
