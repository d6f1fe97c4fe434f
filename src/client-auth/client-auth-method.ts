import type { OAuthClient } from '../oauth/client.js';
import type { TokenRequest } from '../oauth/token-request.js';

/** One way for a client to prove who it is (RFC 7591 §2, `token_endpoint_auth_method`). */
export interface ClientAuthMethod {
  readonly name: string;
  /** The client the request names in this way; null when it does not use this method. */
  claimedClientId(request: TokenRequest): string | null;
  /** @throws OAuthError when it cannot be found out now. */
  verify(request: TokenRequest, client: OAuthClient): boolean | Promise<boolean>;
}
