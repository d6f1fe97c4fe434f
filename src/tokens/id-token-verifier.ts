import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { RevocationView } from '../verification/revocation-view.js';
import { SignedIdTokens } from './signed-id-tokens.js';

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
    private readonly idTokens: SignedIdTokens,
    private readonly revocations: RevocationView,
    private readonly clock: Clock,
  ) {}

  /**
   * Null for what is no id_token of ours for this client, for one that has expired, and for one of a person, a client or
   * a key that was revoked since.
   * @throws TemporarilyUnavailableError when nobody can say what is revoked.
   */
  async verify(idToken: string, clientId: string): Promise<SignInFacts | null> {
    const read = await this.idTokens.read(idToken);
    if (read?.clientId !== clientId) return null;
    const { accountId, keyId, claims } = read;
    const { exp, iat, auth_time: authTime, amr, acr } = claims;
    if (typeof exp !== 'number' || typeof iat !== 'number' || typeof authTime !== 'number') return null;
    if (exp * 1000 <= this.clock.now()) return null;
    const issued = { tokenId: '', grantId: null, resource: '', delegatedFrom: [], issuedAt: iat * 1000 };
    if (this.revocations.isRevoked({ ...issued, userId: accountId, clientId, keyId })) return null;
    return {
      accountId,
      authTime,
      amr: Array.isArray(amr) ? (amr as string[]) : null,
      acr: typeof acr === 'string' ? acr : null,
    };
  }
}
