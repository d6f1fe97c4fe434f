import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { type ClaimsContext, ClaimsProvider } from '../host/claims-provider.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { standardClaims } from '../host/standard-claims.js';
import type { RedeemedCode } from '../persistence/code.store.js';
import { signJwt } from './compact-signing.js';
import { permittedClaims } from './permitted-claims.js';
import { SigningKeys } from './signing-keys.js';

/** OpenID Connect Core §15.1: what every client can verify. */
export const ID_TOKEN_ALGORITHM = 'RS256';
/** Seconds: it says who signed in, and is no credential. */
const LIFETIME = 3_600;

/** Signs id_tokens (OpenID Connect Core §2). */
@Injectable()
export class IdTokenIssuer {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
    private readonly provider: ClaimsProvider,
  ) {}

  /** What an id_token will say of a person who consents now: it is kept with the code. */
  async claims(context: ClaimsContext): Promise<Record<string, unknown>> {
    const added = permittedClaims(await this.provider.idToken(context));
    return { ...added, ...standardClaims(context.account, context.scopes) };
  }

  /** @param code one that carries claims. */
  sign(code: RedeemedCode, accessToken: string, now: Date): Promise<string> {
    const issuedAt = Math.floor(now.getTime() / 1000);
    return signJwt(this.keys.signing(ID_TOKEN_ALGORITHM), 'JWT', {
      ...code.idTokenClaims,
      iss: this.settings.issuer,
      sub: code.userId,
      aud: code.clientId,
      iat: issuedAt,
      exp: issuedAt + LIFETIME,
      auth_time: Math.floor(code.authenticatedAt.getTime() / 1000),
      ...(code.nonce !== null && { nonce: code.nonce }),
      ...(code.sid !== null && { sid: code.sid }),
      ...(code.amr !== null && { amr: code.amr }),
      ...(code.acr !== null && { acr: code.acr }),
      at_hash: leftHalf(accessToken),
    });
  }
}

/** OpenID Connect Core §3.1.3.6, for an algorithm with SHA-256. */
function leftHalf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}
