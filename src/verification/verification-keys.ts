import type { KeyObject } from 'node:crypto';

export interface VerificationKey {
  readonly kid: string;
  /** JWS algorithm (RFC 7518 §3.1) the key may be used with, and no other. */
  readonly alg: string;
  readonly key: KeyObject;
}

/** The issuer's public keys. */
export abstract class VerificationKeys {
  /**
   * The key of this id for this algorithm; null when the issuer has none.
   * @throws TemporarilyUnavailableError when the issuer's keys are out of reach.
   */
  abstract find(kid: string, alg: string): VerificationKey | null | Promise<VerificationKey | null>;
}
