import { Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { Clock } from '../host/clock.js';
import type { SentToken } from '../oauth/sent-token.js';
import { DpopProofs, type ProvedRequest } from './dpop-proofs.js';
import { DpopRules } from './dpop-rules.js';
import { INVALID_PROOF } from './invalid-proof.error.js';
import { INVALID_TOKEN } from './invalid-token.error.js';
import { UsedProofs } from './used-proofs.js';
import type { VerifiedAccessToken } from './verified-access-token.js';

/** Whether whoever presents a token may: anybody for a bearer token, and the holder of its key for a bound one. */
@Injectable()
export class ProofOfPossession {
  private readonly used = new UsedProofs();
  /** Which token each request has proved: it may pass several guards, and a connection sends many messages after it. */
  private readonly proved = new WeakMap<object, string>();

  constructor(
    private readonly rules: DpopRules,
    private readonly proofs: DpopProofs,
    private readonly clock: Clock,
  ) {}

  /**
   * Lets a token pass that was presented rightly (RFC 9449 §7.1, §7.2, RFC 8705 §3).
   * @param request made when there is a proof to check; null where no request can be told.
   * @throws InvalidTokenError for a token that may not be presented so.
   * @throws InvalidProofError for a proof that is missing, wrong, or was used before in this process.
   */
  require(
    { confirmation }: VerifiedAccessToken,
    { scheme, token }: SentToken,
    request: (() => ProvedRequest) | null,
  ): void {
    const thumbprint = confirmation?.['jkt'];
    if (scheme === 'Bearer') {
      if (confirmation !== null) throw INVALID_TOKEN.bound;
      if (this.rules.required) throw INVALID_TOKEN.unbound;
      return;
    }
    if (typeof thumbprint !== 'string') throw INVALID_TOKEN.unbound;
    const presented = request?.();
    if (presented?.message && this.proved.get(presented.message) === token) return;
    const proof = presented && this.proofs.check(presented);
    if (!proof) throw INVALID_PROOF.missing;
    if (proof.tokenHash !== hash('sha256', token, 'base64url')) throw INVALID_PROOF.otherToken;
    if (proof.keyThumbprint !== thumbprint) throw INVALID_PROOF.otherKey;
    if (!this.used.use(proof, this.clock.now())) throw INVALID_PROOF.replayed;
    if (presented?.message) this.proved.set(presented.message, token);
  }
}
