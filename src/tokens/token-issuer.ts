import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { McpAccount } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { ClaimsProvider } from '../host/claims-provider.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from '../oauth/access-token.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { statusReference } from '../oauth/status-list.js';
import { formatScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import type { IssuedToken, NewToken } from '../persistence/token.store.js';
import { IssueTimes } from './issue-times.js';
import { permittedClaims } from './permitted-claims.js';
import { SigningKeys } from './signing-keys.js';

/** A pair about to be issued: what the database records of it, and the refresh token itself. */
export interface PreparedPair {
  grantType: string;
  record: NewToken;
  refreshToken: string;
  /** Milliseconds since the epoch: later than anything that was taken back for a change. */
  issuedAt: number;
}

const seconds = (time: Date | number) => Math.floor(Number(time) / 1000);

/** Signs access tokens (RFC 9068) for what the database has issued. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly provider: ClaimsProvider,
    private readonly times: IssueTimes,
    private readonly audit: AuditLog,
  ) {}

  prepare(grantType: string): PreparedPair {
    const { lifetimes } = this.settings;
    const now = this.clock.now();
    const refreshToken = newOpaqueToken();
    return {
      grantType,
      refreshToken,
      // Read before the policy is asked: what changes in between must find this token old.
      issuedAt: this.times.next(),
      record: {
        rowId: randomUUID(),
        tokenId: newOpaqueToken(),
        now: new Date(now),
        accessTokenLifetime: lifetimes.accessToken,
        refreshHash: digest(refreshToken),
        refreshTokenExpiresAt: new Date(now + lifetimes.refreshToken * 1000),
      },
    };
  }

  async answer(
    issued: IssuedToken,
    { grantType, record, issuedAt }: PreparedPair,
    account: McpAccount,
    refreshToken?: string,
  ): Promise<TokenResponse> {
    const { issuer, signing } = this.settings;
    const { kid, alg, privateKey } = this.keys.signing(issued.signingAlgorithm ?? signing.algorithm);
    const expiresAt = seconds(issued.accessTokenExpiresAt);
    const scope = formatScope(issued.scopes);
    const { clientId, resource, scopes } = issued;
    const added = await this.provider.accessToken({ account, clientId, resource, scopes });
    const claims: AccessTokenClaims = {
      ...permittedClaims(added),
      iss: issuer,
      sub: issued.userId,
      aud: issued.resource,
      exp: expiresAt,
      iat: seconds(record.now),
      jti: record.tokenId,
      client_id: issued.clientId,
      scope,
      auth_time: seconds(issued.authenticatedAt),
      grant_id: issued.grantId,
      iat_ms: issuedAt,
      status: { status_list: statusReference(issuer, issued.statusIndex) },
    };
    const accessToken = await new SignJWT(claims)
      .setProtectedHeader({ alg, kid, typ: ACCESS_TOKEN_TYPE })
      .sign(privateKey);
    const { grantId, userId } = issued;
    const detail = { grantType, grantId, tokenId: record.tokenId, scopes };
    this.audit.record({ action: 'token.issue', outcome: 'success', userId, clientId, resource, detail });
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresAt - seconds(record.now),
      ...(refreshToken && { refresh_token: refreshToken }),
      scope,
    };
  }
}
