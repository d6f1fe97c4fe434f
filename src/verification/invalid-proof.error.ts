import type { DpopErrorCode } from '../oauth/dpop.js';

/** A proof of possession that must not be accepted (RFC 9449 §4.3); the message is safe to send. */
export class InvalidProofError extends Error {
  constructor(
    message: string,
    readonly error: DpopErrorCode = 'invalid_dpop_proof',
  ) {
    super(message);
  }
}

/** Made once, since a refusal needs no stack. */
export const INVALID_PROOF = {
  missing: new InvalidProofError('A DPoP proof is needed.'),
  malformed: new InvalidProofError('The DPoP header is no single DPoP proof.'),
  badKey: new InvalidProofError('The key of the DPoP proof must be a public one for its algorithm.'),
  badSignature: new InvalidProofError('The signature of the DPoP proof is not valid.'),
  lacksClaim: new InvalidProofError('The DPoP proof lacks a claim.'),
  otherRequest: new InvalidProofError('The DPoP proof is for another request.'),
  otherTime: new InvalidProofError('The DPoP proof was not made just now.'),
  otherToken: new InvalidProofError('The DPoP proof is for another access token.'),
  otherKey: new InvalidProofError('The DPoP proof is by another key than the access token is bound to.'),
  replayed: new InvalidProofError('The DPoP proof was used before.'),
  noNonce: new InvalidProofError('The DPoP proof needs a current nonce.', 'use_dpop_nonce'),
};
