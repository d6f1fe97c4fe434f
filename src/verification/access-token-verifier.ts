import { Inject, Injectable } from '@nestjs/common';
import { hash, verify, type VerifyKeyObjectInput } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Clock } from '../host/clock.js';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from '../oauth/access-token.js';
import { parseScope } from '../oauth/scope.js';
import type { StatusReference } from '../oauth/status-list.js';
import { InvalidTokenError } from './invalid-token.error.js';
import { ISSUER } from './issuer.js';
import { TokenStatus } from './token-status.js';
import { type VerificationKey, VerificationKeys } from './verification-keys.js';
import type { VerifiedAccessToken } from './verified-access-token.js';

const LONGEST_TOKEN = 8_192;
/** Seconds by which another issuer's clock may be ahead. */
const CLOCK_TOLERANCE = 30;
const CACHE_SIZE = 10_000;

/** JWS algorithms (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2) and how node verifies them; symmetric ones and `none` are not among them. */
const ALGORITHMS: ReadonlyMap<string, { digest: string | null; options: Partial<VerifyKeyObjectInput> }> =
  new Map([
    ['ES256', { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } }],
    ['RS256', { digest: 'sha256', options: {} }],
    ['PS256', { digest: 'sha256', options: { padding: 6, saltLength: 32 } }],
    ['EdDSA', { digest: null, options: {} }],
    ['Ed25519', { digest: null, options: {} }],
  ]);

interface Header {
  kid: string;
  alg: string;
}

/**
 * Verifies access tokens (RFC 9068 §4) in this process: a signature check for a token seen first, a look into
 * a bounded cache for one seen before, and never a request per call.
 */
@Injectable()
export class AccessTokenVerifier {
  private readonly cache = new LRUCache<string, VerifiedAccessToken>({ max: CACHE_SIZE });

  constructor(
    @Inject(ISSUER) private readonly issuer: string,
    private readonly keys: VerificationKeys,
    private readonly status: TokenStatus,
    private readonly clock: Clock,
  ) {}

  /**
   * @param resource the identifier the token must be meant for; null for the issuer itself, to which all are known.
   * @throws InvalidTokenError for a token that must not be accepted.
   * @throws TemporarilyUnavailableError when nobody can say whether it is revoked, or the keys are out of reach.
   */
  verify(token: string, resource: string | null): VerifiedAccessToken | Promise<VerifiedAccessToken> {
    const key = hash('sha256', token, 'base64');
    const known = this.cache.get(key);
    return known ? this.accept(known, resource) : this.verifyFirst(token, key, resource);
  }

  private async verifyFirst(
    token: string,
    key: string,
    resource: string | null,
  ): Promise<VerifiedAccessToken> {
    const { header, claims, signed, signature } = decode(token);
    const verificationKey = await this.keys.find(header.kid, header.alg);
    // The algorithm is the key's, whatever the header says (RFC 8725 §3.1).
    if (
      !verificationKey ||
      verificationKey.alg !== header.alg ||
      !isSigned(verificationKey, signed, signature)
    )
      throw new InvalidTokenError('The signature of the access token is not valid.');
    const verified = describe(claims, header.kid);
    if (claims.iss !== this.issuer) throw new InvalidTokenError('The access token is from another issuer.');
    if (!isTime(claims.iat) || claims.iat > this.clock.now() / 1000 + CLOCK_TOLERANCE)
      throw new InvalidTokenError('The access token is not valid yet.');
    if (claims['nbf'] !== undefined && !(Number(claims['nbf']) <= this.clock.now() / 1000 + CLOCK_TOLERANCE))
      throw new InvalidTokenError('The access token is not valid yet.');
    await this.status.learn(verified);
    const accepted = this.accept(verified, resource);
    this.cache.set(key, verified);
    return accepted;
  }

  /** What must be asked again on every call: audience, time and revocation. */
  private accept(token: VerifiedAccessToken, resource: string | null): VerifiedAccessToken {
    // MCP 2026-07-28, "Token Handling": only tokens issued for this very server.
    if (resource !== null && token.resource !== resource)
      throw new InvalidTokenError('The access token is meant for another resource.');
    if (token.expiresAt <= this.clock.now()) throw new InvalidTokenError('The access token has expired.');
    if (this.status.isRevoked(token)) throw new InvalidTokenError('The access token was revoked.');
    return token;
  }
}

function isSigned({ alg, key }: VerificationKey, signed: string, signature: Buffer): boolean {
  const algorithm = ALGORITHMS.get(alg);
  if (!algorithm) return false;
  return verify(algorithm.digest, Buffer.from(signed), { key, ...algorithm.options }, signature);
}

function decode(token: string) {
  if (token.length > LONGEST_TOKEN) throw new InvalidTokenError('The access token is too long.');
  const [encodedHeader, encodedClaims, encodedSignature, ...rest] = token.split('.');
  if (!encodedHeader || !encodedClaims || !encodedSignature || rest.length > 0)
    throw new InvalidTokenError('The access token is malformed.');
  return {
    header: parseHeader(parseObject(encodedHeader)),
    claims: parseObject(encodedClaims) as AccessTokenClaims,
    signed: `${encodedHeader}.${encodedClaims}`,
    signature: Buffer.from(encodedSignature, 'base64url'),
  };
}

function parseObject(encoded: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Falls through: what is no JSON is as malformed as what is no object.
  }
  throw new InvalidTokenError('The access token is malformed.');
}

function parseHeader({ kid, alg, typ, crit }: Record<string, unknown>): Header {
  if (typeof kid !== 'string' || typeof alg !== 'string' || crit !== undefined)
    throw new InvalidTokenError('The access token is malformed.');
  // RFC 9068 §4: any other type, an id_token for one, must be refused.
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
  if (type !== ACCESS_TOKEN_TYPE) throw new InvalidTokenError('The token is not an access token.');
  return { kid, alg };
}

function describe(claims: AccessTokenClaims, keyId: string): VerifiedAccessToken {
  const {
    aud,
    sub,
    jti,
    client_id: clientId,
    exp,
    iat,
    scope,
    grant_id: grantId,
    iat_ms: issuedAtMs,
  }: Record<string, unknown> = claims;
  const audience: unknown = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  if (typeof audience !== 'string' || typeof sub !== 'string' || typeof jti !== 'string')
    throw new InvalidTokenError('The access token lacks a claim.');
  if (typeof clientId !== 'string' || !isTime(exp) || !isTime(iat))
    throw new InvalidTokenError('The access token lacks a claim.');
  return {
    tokenId: jti,
    grantId: typeof grantId === 'string' ? grantId : null,
    userId: claims.sub_type === 'client' || sub === clientId ? null : sub,
    clientId,
    keyId,
    issuedAt: isTime(issuedAtMs) ? issuedAtMs : iat * 1000,
    expiresAt: exp * 1000,
    scopes: parseScope(typeof scope === 'string' ? scope : ''),
    resource: audience,
    status: statusOf(claims),
    claims,
  };
}

/** Token Status List §6.2. @throws InvalidTokenError for a status that cannot be read. */
function statusOf({ status }: Record<string, unknown>): StatusReference | null {
  if (status === undefined) return null;
  const { status_list: reference } = (status ?? {}) as { status_list?: unknown };
  const { idx, uri } = (reference ?? {}) as Record<string, unknown>;
  if (typeof idx !== 'number' || !Number.isInteger(idx) || idx < 0 || typeof uri !== 'string')
    throw new InvalidTokenError('The status of the access token cannot be read.');
  return { idx, uri };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
