import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidDpopProofError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import type { TokenRequest } from '../oauth/token-request.js';
import { ReplayStore } from '../persistence/replay.store.js';
import type { DpopProof } from '../verification/dpop-proof.js';
import { DpopProofs, PROOF_TOLERANCE } from '../verification/dpop-proofs.js';
import { DpopRules } from '../verification/dpop-rules.js';
import { INVALID_PROOF, InvalidProofError } from '../verification/invalid-proof.error.js';

/** Finds the key that the tokens of a request are bound to (RFC 9449 §5). */
@Injectable()
export class KeyBinding {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly rules: DpopRules,
    private readonly proofs: DpopProofs,
    private readonly replays: ReplayStore,
  ) {}

  /**
   * The proof of a request, of which nothing is used up yet; null for none.
   * @param path of the endpoint, below the issuer.
   * @throws InvalidDpopProofError
   */
  read({ headers }: TokenRequest, path = 'token'): DpopProof | null {
    try {
      return this.proofs.check({ headers, method: 'POST', uris: [`${this.settings.issuer}/${path}`] });
    } catch (error) {
      throw error instanceof InvalidProofError ? this.refusal(error) : error;
    }
  }

  /**
   * Takes a proof once, on all replicas together (RFC 9449 §11.1): the thumbprint of its key; null for none.
   * @throws InvalidDpopProofError for one that was used before, and where one is needed (RFC 9449 §5.2).
   */
  async accept(proof: DpopProof | null, { dpopBoundAccessTokens }: OAuthClient): Promise<string | null> {
    if (!proof) {
      if (this.rules.required || dpopBoundAccessTokens) throw this.refusal(INVALID_PROOF.missing);
      return null;
    }
    return this.take(proof);
  }

  /** The same of a request that needs no proof. @throws InvalidDpopProofError for one that was used before. */
  async take(proof: DpopProof): Promise<string> {
    const { keyThumbprint, id, issuedAt } = proof;
    const forgotten = new Date((issuedAt + PROOF_TOLERANCE + 1) * 1000);
    if (await this.replays.use(digest(`dpop\n${keyThumbprint}\n${id}`), forgotten)) return keyThumbprint;
    throw this.refusal(INVALID_PROOF.replayed);
  }

  /** The header that hands the client its next nonce. */
  nonceHeader(): Record<string, string> {
    return this.proofs.nonceHeader();
  }

  private refusal({ error, message }: InvalidProofError): InvalidDpopProofError {
    return new InvalidDpopProofError(error, message, { headers: this.nonceHeader() });
  }
}
