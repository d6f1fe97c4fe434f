import type { JsonWebKey } from 'node:crypto';

export interface ClientSecret {
  /** SHA-256 in base64url. */
  readonly hash: string;
  /** Milliseconds since the epoch; null for never. */
  readonly expiresAt: number | null;
}

/** Seconds that a secret goes on working beside the one that replaces it, unless somebody says otherwise. */
export const SECRET_OVERLAP = 86_400;
/** Seconds: thirty days. */
export const LONGEST_SECRET_OVERLAP = 2_592_000;

/** Options may come from a file, where a type proves nothing. */
export function isSecretOverlap(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LONGEST_SECRET_OVERLAP;
}

/** Whether a client with this `token_endpoint_auth_method` has a secret. */
export function isSecretMethod(authMethod: string): boolean {
  return authMethod.startsWith('client_secret_');
}

/** An OAuth client as the protocol sees it, wherever it came from. */
export interface OAuthClient {
  readonly clientId: string;
  /** As the client calls itself; never proof of anything. */
  readonly name: string | null;
  readonly source: 'registered' | 'document' | 'static' | 'administrator';
  readonly redirectUris: readonly string[];
  /** Where people may be sent when they are signed out (OpenID Connect RP-Initiated Logout §3.1). */
  readonly postLogoutRedirectUris?: readonly string[] | null;
  /** Where it hears of logouts (OpenID Connect Back-Channel Logout §2.2). */
  readonly backchannelLogoutUri?: string | null;
  /** Whether it wants `sid` in logout tokens, which all have. */
  readonly backchannelLogoutSessionRequired?: boolean;
  readonly grantTypes: readonly string[];
  /** How it proves who it is at the token endpoint (RFC 7591 §2). */
  readonly tokenEndpointAuthMethod: string;
  /** The current one, and the one before while it still works; none for a client without. */
  readonly secrets: readonly ClientSecret[];
  /** Its public keys (RFC 7591 §2), here or at a URL; both null for a client without. */
  readonly jwks: { readonly keys: readonly JsonWebKey[] } | null;
  readonly jwksUri: string | null;
  /** Whether it wants no tokens but those bound to its key (RFC 9449 §5.2, `dpop_bound_access_tokens`). */
  readonly dpopBoundAccessTokens: boolean;
  /** Whether its authorization requests are taken only when they were pushed (RFC 9126 §6). */
  readonly requirePushedAuthorizationRequests: boolean;
  /** The resource whose server it is: it may introspect its tokens, and do nothing else. */
  readonly resource: string | null;
  readonly disabled: boolean;
  /** Whether people use it, or it acts for itself. */
  readonly kind: 'application' | 'service-account';
  /** The most it may ever get; null for no ceiling, which for a service account is nothing. */
  readonly scopeCeiling: readonly string[] | null;
  /** Identifiers of the resources it may ever get a token for; null as above. */
  readonly resourceCeiling: readonly string[] | null;
  /** What remembered consent is bound to, where a client's metadata may change under it; else null. */
  readonly digest: string | null;
  /** Of what its row says that people agree to; none for one whose metadata is a document. */
  readonly revision?: string;
  readonly clientUri: string | null;
  readonly logoUri: string | null;
}
