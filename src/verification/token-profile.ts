import { hash } from 'node:crypto';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from '../oauth/access-token.js';
import type { EncodedAccessToken } from './encoded-access-token.js';

/** How an issuer writes its access tokens. */
export abstract class TokenProfile {
  /** Whether this is the `typ` of its access tokens; undefined for a token that has none. */
  abstract takes(type: string | undefined): boolean;
  /** The claims of one, under the names of RFC 9068 §2.2. */
  abstract claims(token: EncodedAccessToken): AccessTokenClaims;
}

export const RFC_9068: TokenProfile = {
  takes: (type) => type !== undefined && bare(type) === ACCESS_TOKEN_TYPE,
  claims: ({ claims }) => claims,
};

/**
 * Tokens of an issuer without RFC 9068: `azp` says which client it is (OpenID Connect Core §2), `scp` what it may, and a
 * token without a `jti` is named by what its issuer signed.
 */
export class OtherTokenProfile extends TokenProfile {
  /** @param type the `typ` of its access tokens; those that have none are taken too. */
  constructor(private readonly type: string) {
    super();
  }

  override takes(type: string | undefined): boolean {
    return type === undefined || bare(type) === bare(this.type);
  }

  override claims({ claims, signed }: EncodedAccessToken): AccessTokenClaims {
    const { client_id: clientId, azp, appid, scope, scp, jti, uti }: Record<string, unknown> = claims;
    return {
      ...claims,
      client_id: clientId ?? azp ?? appid,
      scope: scope ?? (Array.isArray(scp) ? scp.join(' ') : scp),
      jti: jti ?? uti ?? hash('sha256', signed, 'base64url'),
    } as AccessTokenClaims;
  }
}

/** A media type without what may be left out (RFC 7515 §4.1.9). */
function bare(type: string): string {
  return type.toLowerCase().replace(/^application\//, '');
}
