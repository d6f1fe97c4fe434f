/** JWS algorithms the issuer can sign with (RFC 7518 §3.1, RFC 8037 §3.1). */
export const SIGNING_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;

/** One of `SIGNING_ALGORITHMS`. */
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** What every issuer has a key for: ES256, and RS256, which OpenID Connect Core §15.1 makes mandatory. */
export const ALWAYS_PUBLISHED: readonly SigningAlgorithm[] = ['ES256', 'RS256'];
