import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { RevocationView } from '../verification/revocation-view.js';
import { ID_TOKEN_ALGORITHM } from './id-token-issuer.js';
import { SigningKeys } from './signing-keys.js';

const LONGEST = 16_384;

/** What an id_token of ours says of a sign-in. Times in seconds since the epoch. */
export interface SignInFacts {
  accountId: string;
  authTime: number;
  amr: readonly string[] | null;
  acr: string | null;
}

/** Checks id_tokens that this server has issued (OpenID Connect Core §3.1.3.7). */
@Injectable()
export class IdTokenVerifier {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
    private readonly revocations: RevocationView,
    private readonly clock: Clock,
  ) {}

  /**
   * Null for what is no id_token of ours for this client, for one that has expired, and for one of a person, a client or
   * a key that was revoked since.
   * @throws TemporarilyUnavailableError when nobody can say what is revoked.
   */
  async verify(idToken: string, clientId: string): Promise<SignInFacts | null> {
    const keyId = keyIdOf(idToken);
    const key = keyId === null ? null : await this.keys.find(keyId);
    if (keyId === null || key?.alg !== ID_TOKEN_ALGORITHM) return null;
    try {
      const { payload } = await jwtVerify(idToken, key.key, {
        algorithms: [ID_TOKEN_ALGORITHM],
        // Nothing else that this server signs is of this type.
        typ: 'JWT',
        issuer: this.settings.issuer,
        requiredClaims: ['exp', 'iat', 'auth_time'],
        currentDate: new Date(this.clock.now()),
      });
      return this.read(payload, clientId, keyId);
    } catch (error) {
      if (error instanceof Error && 'code' in error) return null;
      throw error;
    }
  }

  private read(payload: JWTPayload, clientId: string, keyId: string): SignInFacts | null {
    const { sub: accountId, aud, iat = 0, auth_time: authTime, amr, acr } = payload;
    if (accountId === undefined || aud !== clientId || typeof authTime !== 'number') return null;
    const named = {
      tokenId: '',
      grantId: null,
      userId: accountId,
      clientId,
      resource: '',
      keyId,
      delegatedFrom: [],
    };
    if (this.revocations.isRevoked({ ...named, issuedAt: iat * 1000 })) return null;
    return {
      accountId,
      authTime,
      amr: Array.isArray(amr) ? (amr as string[]) : null,
      acr: typeof acr === 'string' ? acr : null,
    };
  }
}

function keyIdOf(token: string): string | null {
  if (token.length > LONGEST) return null;
  try {
    return decodeProtectedHeader(token).kid ?? null;
  } catch {
    return null;
  }
}
