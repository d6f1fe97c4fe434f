import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose/jwt/decode';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { digest } from '../oauth/opaque-token.js';
import { isStorable } from '../oauth/storable-text.js';
import { TokenRevocationStore } from '../persistence/token-revocation.store.js';
import { RevocationView } from '../verification/revocation-view.js';

/** Takes tokens back for the client they were issued to (RFC 7009 §2.1). */
@Injectable()
export class TokenRevocation {
  constructor(
    private readonly store: TokenRevocationStore,
    private readonly view: RevocationView,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Revokes a refresh token with its whole grant, or an access token. False for a token of nobody's or of another
   * client, which changes nothing.
   */
  async revoke(token: string, clientId: string): Promise<boolean> {
    const now = this.clock.now();
    const end = now + LONGEST_ACCESS_TOKEN * 1000;
    // A refresh token that came from another server may look like anything, like a JWT too.
    const refreshed = await this.store.refreshToken(digest(token), clientId, new Date(now), new Date(end));
    if (refreshed) {
      const { grantId, ended } = refreshed;
      const subjects = [grantId, ...ended.map((grant) => grant.grantId)];
      this.view.record(
        subjects.map((subject) => ({ kind: 'grant', subject, issuedBefore: end, expiresAt: end })),
      );
      this.audit.record({ action: 'token.revoke', outcome: 'success', clientId, detail: { grantId } });
      return true;
    }
    const tokenId = accessTokenId(token);
    const found = tokenId === null ? null : await this.store.accessToken(tokenId, clientId, new Date(now));
    if (!found) return false;
    this.view.record([{ kind: 'token', subject: found.tokenId, issuedBefore: end, expiresAt: end }]);
    this.audit.record({
      action: 'token.revoke',
      outcome: 'success',
      clientId,
      detail: { tokenId: found.tokenId },
    });
    return true;
  }
}

/** The `jti` of what looks like an access token. Its random bits are many, so whoever names it holds the token. */
function accessTokenId(token: string): string | null {
  try {
    const { jti }: { jti?: unknown } = decodeJwt(token);
    return typeof jti === 'string' && isStorable(jti) ? jti : null;
  } catch {
    return null;
  }
}
