import { Injectable } from '@nestjs/common';
import { type AuditDetail, AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims, LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { newRowId, newTokenId } from '../oauth/growing-id.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { statusReference } from '../oauth/status-list.js';
import { formatScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import type { IssuedToken, NewToken } from '../persistence/issued-token.js';
import { signJwt } from './compact-signing.js';
import { IssueTimes } from './issue-times.js';
import { SigningKeys } from './signing-keys.js';

/** A pair about to be issued: what the database records of it, and the refresh token itself. */
export interface PreparedPair {
  grantType: string;
  /** Of the key that the tokens are bound to (RFC 9449 §6.1); null for bearer tokens. */
  keyThumbprint: string | null;
  record: NewToken;
  refreshToken: string;
  /** Milliseconds since the epoch: later than anything that was taken back for a change. */
  issuedAt: number;
}

/** What the host agreed to before anything was issued. */
export interface AdmittedToken {
  scopes: readonly string[];
  /** What the host adds to the access token; none is the issuer's to set. */
  claims: Readonly<Record<string, unknown>>;
  /** What the audit is told beside the rest. */
  detail?: Readonly<Record<string, AuditDetail>>;
}

const seconds = (time: Date | number) => Math.floor(Number(time) / 1000);

/** Signs access tokens (RFC 9068) for what the database has issued. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly times: IssueTimes,
    private readonly audit: AuditLog,
  ) {}

  prepare(grantType: string, keyThumbprint: string | null): PreparedPair {
    const { lifetimes } = this.settings;
    const time = this.clock.now();
    const now = new Date(time);
    const refreshToken = newOpaqueToken();
    return {
      grantType,
      keyThumbprint,
      refreshToken,
      // Read before the policy is asked: what changes in between must find this token old.
      issuedAt: this.times.next(),
      record: {
        rowId: newRowId(now),
        tokenId: newTokenId(now),
        now,
        accessTokenLifetime: lifetimes.accessToken,
        refreshHash: digest(refreshToken),
        refreshTokenExpiresAt: new Date(time + lifetimes.refreshToken * 1000),
        lastTokenExpiresAt: new Date(time + LONGEST_ACCESS_TOKEN * 1000),
      },
    };
  }

  /** @param admitted what of the grant this token is about. */
  async answer(
    issued: IssuedToken,
    { grantType, keyThumbprint, record, issuedAt }: PreparedPair,
    admitted: AdmittedToken,
    refreshToken?: string,
  ): Promise<TokenResponse> {
    const { issuer, signing } = this.settings;
    const key = this.keys.signing(issued.signingAlgorithm ?? signing.algorithm);
    const expiresAt = seconds(issued.accessTokenExpiresAt);
    const { scopes } = admitted;
    const scope = formatScope(scopes);
    const claims: AccessTokenClaims = {
      ...admitted.claims,
      iss: issuer,
      sub: issued.userId ?? issued.clientId,
      sub_type: issued.userId === null ? 'client' : 'user',
      aud: issued.resource,
      exp: expiresAt,
      iat: seconds(record.now),
      jti: record.tokenId,
      client_id: issued.clientId,
      scope,
      ...(issued.authenticatedAt && { auth_time: seconds(issued.authenticatedAt) }),
      ...(keyThumbprint !== null && { cnf: { jkt: keyThumbprint } }),
      ...(issued.delegation && { act: issued.delegation.actor }),
      grant_id: issued.grantId,
      ...(issued.delegation && { delegated_from: issued.delegation.from }),
      iat_ms: issuedAt,
      status: { status_list: statusReference(issuer, issued.statusIndex) },
    };
    const accessToken = await signJwt(key, ACCESS_TOKEN_TYPE, claims);
    const { grantId, userId, clientId, resource } = issued;
    const detail = { grantType, grantId, tokenId: record.tokenId, scopes, ...admitted.detail };
    this.audit.record({ action: 'token.issue', outcome: 'success', userId, clientId, resource, detail });
    return {
      access_token: accessToken,
      token_type: keyThumbprint === null ? 'Bearer' : 'DPoP',
      expires_in: expiresAt - seconds(record.now),
      ...(refreshToken && { refresh_token: refreshToken }),
      scope,
    };
  }
}
