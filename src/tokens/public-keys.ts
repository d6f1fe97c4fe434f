import type { JWK } from 'jose';

/** The issuer's public keys as the JWKS endpoint publishes them (RFC 7517 §5). */
export abstract class PublicKeys {
  /** The same object as long as the keys are the same. */
  abstract jwks(): { keys: JWK[] };
}
