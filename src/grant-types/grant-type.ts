import type { OAuthClient } from '../oauth/client.js';
import type { Parameters } from '../oauth/parameters.js';
import type { TokenRequest, TokenResponse } from '../oauth/token-request.js';

/** Finds the key that the tokens of a client are bound to; null for none. */
export type KeyOf = (client: OAuthClient) => Promise<string | null>;

/** What `grant_type` selects (RFC 6749 §4). The client is authenticated before it is asked. */
export interface GrantType {
  readonly name: string;
  /** Whether the options ask for it; one that they do not ask for does not exist. */
  readonly isOn: boolean;
  /** Whether a client may say of itself that it uses it (RFC 7591 §2); for others an administrator says so. */
  readonly isOpen: boolean;
  /** Whether a client has it only when it says so, and not when it says nothing. Default false. */
  readonly isByName?: boolean;
  /** Parameters that it takes more than once, or refuses in its own way. Default: `resource`. */
  readonly repeatable?: readonly string[];
  /** What it takes beside what its name says, as `authorization_grant_profiles_supported` lists it. */
  readonly profiles?: readonly string[];
  /**
   * @param keyThumbprint of the key that the client has proved to hold, to which tokens are bound (RFC 9449 §5).
   * @param address of the request.
   */
  exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
    address?: string,
  ): Promise<TokenResponse>;
  /**
   * Answers a request that needs no client, since its assertion says who asks (RFC 7521 §4.1); null for one that does.
   * Default: each does.
   * @param keyOf takes the proof of the request, as soon as it is known who asks: the thumbprint of its key.
   */
  alone?(message: TokenRequest, keyOf: KeyOf): Promise<TokenResponse> | null;
}
