import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { Clock } from '../host/clock.js';
import { DpopNonces } from './dpop-nonces.js';
import { type DpopProof, readDpopProof } from './dpop-proof.js';
import { DpopRules } from './dpop-rules.js';
import { INVALID_PROOF } from './invalid-proof.error.js';

/** Seconds by which the clock of whoever made a proof may be off. */
export const PROOF_TOLERANCE = 300;
/** The same, where a proof itself says from when and until when it is good. */
const CLOCK_TOLERANCE = 10;

/** What a proof must be for (RFC 9449 §4.3). */
export interface ProvedRequest {
  headers: IncomingHttpHeaders;
  method: string;
  /** The URLs that may be the request's: behind a proxy a server does not see the one that the client wrote. */
  uris: readonly string[];
  /** The request itself, by which it is known again where several guards see it. */
  message?: object;
}

/** Checks DPoP proofs (RFC 9449 §4.3), but for whether they were used before. */
@Injectable()
export class DpopProofs {
  constructor(
    private readonly rules: DpopRules,
    private readonly nonces: DpopNonces,
    private readonly clock: Clock,
  ) {}

  /** The proof of a request; null for a request without. @throws InvalidProofError */
  check({ headers, method, uris }: ProvedRequest): DpopProof | null {
    const { dpop: header } = headers;
    if (header === undefined) return null;
    const proof = readDpopProof(header);
    const uri = comparable(proof.uri);
    if (proof.method !== method || uri === null || !uris.some((each) => comparable(each) === uri))
      throw INVALID_PROOF.otherRequest;
    const now = this.clock.now();
    if (!isCurrent(proof, now / 1000)) throw INVALID_PROOF.otherTime;
    if (this.rules.nonces && !this.nonces.isCurrent(proof.nonce, now)) throw INVALID_PROOF.noNonce;
    return proof;
  }

  /** The header that hands a client its next nonce (RFC 9449 §8.2); none where nonces are not asked for. */
  nonceHeader(): Record<string, string> {
    return this.rules.nonces ? { 'DPoP-Nonce': this.nonces.make(this.clock.now()) } : {};
  }
}

/** RFC 9449 §4.3, RFC 7519 §4.1.4, §4.1.5. */
function isCurrent(
  { issuedAt, notBefore = -Infinity, expiresAt = Infinity }: DpopProof,
  now: number,
): boolean {
  const hasBegun = notBefore <= now + CLOCK_TOLERANCE;
  return Math.abs(now - issuedAt) <= PROOF_TOLERANCE && hasBegun && expiresAt > now - CLOCK_TOLERANCE;
}

/** RFC 9449 §4.3: without query and fragment, and normalized (RFC 3986 §6.2.2, §6.2.3); null for what is no http(s) URL. */
function comparable(uri: string): string | null {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  return url.origin + url.pathname.replace(/%[0-9a-f]{2}/gi, normalizedEscape);
}

function normalizedEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : escape.toUpperCase();
}
