import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** The second challenge of a 401 that nobody sent a proof with (RFC 9449 §7.1). */
export const DPOP_CHALLENGE = 'DPoP algs="ES256 RS256 PS256 EdDSA Ed25519"';

/** What a proof is for, and what is wrong with it. */
export interface ProofParts {
  method?: string;
  url: string;
  accessToken?: string;
  nonce?: string;
  /** Milliseconds since the epoch. */
  now?: number;
  /** Over the right ones; undefined leaves one out. */
  claims?: JWTPayload;
  header?: Record<string, unknown>;
  /** Signs instead of its own. */
  signer?: CryptoKey | Uint8Array;
}

/** A client's key, and the proofs that it makes (RFC 9449 §4.2). */
export class ProofKey {
  private constructor(
    readonly alg: string,
    readonly jwk: JWK,
    readonly privateKey: CryptoKey,
    readonly thumbprint: string,
  ) {}

  static async make(alg = 'ES256'): Promise<ProofKey> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new ProofKey(alg, jwk, privateKey, await calculateJwkThumbprint(jwk));
  }

  proof({
    method = 'POST',
    url,
    accessToken,
    nonce,
    now = Date.now(),
    ...wrong
  }: ProofParts): Promise<string> {
    const ath =
      accessToken === undefined ? undefined : createHash('sha256').update(accessToken).digest('base64url');
    const iat = Math.floor(now / 1000);
    return new SignJWT({ jti: randomUUID(), htm: method, htu: url, iat, ath, nonce, ...wrong.claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: this.alg, jwk: this.jwk, ...wrong.header })
      .sign(wrong.signer ?? this.privateKey);
  }
}
