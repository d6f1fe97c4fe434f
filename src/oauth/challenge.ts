import { resourceMetadataUrl } from './resource.js';

export interface BearerChallenge {
  /** The protected resource's identifier; its metadata URL goes into the challenge (RFC 9728 §5.1). */
  resource: string;
  /** Scopes the operation needs, all of them in one challenge. */
  scopes: readonly string[];
  /** Only when a token was sent (RFC 6750 §3.1). */
  error?: 'invalid_token' | 'insufficient_scope' | 'invalid_request';
  description?: string;
}

const quoted = (value: string) => `"${value.replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, "'")}"`;

/** The value of `WWW-Authenticate` (RFC 6750 §3, RFC 9728 §5.1). */
export function bearerChallenge({ resource, scopes, error, description }: BearerChallenge): string {
  const parameters = [`resource_metadata=${quoted(resourceMetadataUrl(resource))}`];
  if (scopes.length > 0) parameters.push(`scope=${quoted(scopes.join(' '))}`);
  if (error) parameters.push(`error=${quoted(error)}`);
  if (error && description) parameters.push(`error_description=${quoted(description)}`);
  return `Bearer ${parameters.join(', ')}`;
}
