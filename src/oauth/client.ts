/** How a client proves who it is at the token endpoint (RFC 7591 §2). */
export type ClientAuthMethodName = string;

/** An OAuth client as the protocol sees it, wherever it came from. */
export interface OAuthClient {
  readonly clientId: string;
  /** As the client calls itself; never proof of anything. */
  readonly name: string | null;
  readonly source: 'registered' | 'document' | 'static';
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
  readonly tokenEndpointAuthMethod: ClientAuthMethodName;
  /** SHA-256 of the secret in base64url; null for a client without one. */
  readonly secretHash: string | null;
  readonly secretExpiresAt: Date | null;
  readonly disabled: boolean;
  readonly clientUri: string | null;
  readonly logoUri: string | null;
}
