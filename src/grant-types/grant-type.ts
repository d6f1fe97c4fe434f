import type { OAuthClient } from '../oauth/client.js';
import type { Parameters } from '../oauth/parameters.js';
import type { TokenResponse } from '../oauth/token-request.js';

/** What `grant_type` selects (RFC 6749 §4). The client is authenticated before it is asked. */
export interface GrantType {
  readonly name: string;
  exchange(parameters: Parameters, client: OAuthClient): Promise<TokenResponse>;
}
