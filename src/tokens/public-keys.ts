import type { JWK } from 'jose';

/** The issuer's public keys as the JWKS endpoint publishes them (RFC 7517 §5). */
export abstract class PublicKeys {
  abstract jwks(): { keys: JWK[] };
}
