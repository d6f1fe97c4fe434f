import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { decodeCompactJws, mediaType } from '../verification/compact-jws.js';
import { isSignedWith } from '../verification/signature.js';
import { ID_TOKEN_ALGORITHM } from './id-token-issuer.js';
import { SigningKeys } from './signing-keys.js';

/** Characters; ours have far fewer. */
const LONGEST = 16_384;

export interface SignedIdToken {
  keyId: string;
  accountId: string;
  clientId: string;
  claims: Readonly<Record<string, unknown>>;
}

/** Id_tokens that this server has signed: nothing else that it signs is of their type. */
@Injectable()
export class SignedIdTokens {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
  ) {}

  /** What the token says, however old it is, and whatever was revoked since; null for one that is not ours. */
  async read(token: string): Promise<SignedIdToken | null> {
    const jws = token.length <= LONGEST ? decodeCompactJws(token) : null;
    if (!jws || mediaType(jws.header) !== 'jwt') return null;
    const { kid: keyId, alg } = jws.header;
    if (typeof keyId !== 'string' || alg !== ID_TOKEN_ALGORITHM) return null;
    const key = await this.keys.find(keyId);
    const { signed, signature, claims } = jws;
    if (!key || !isSignedWith(key, { algorithm: ID_TOKEN_ALGORITHM, signed, signature })) return null;
    const { iss, sub: accountId, aud: clientId } = claims;
    if (iss !== this.settings.issuer || typeof accountId !== 'string' || typeof clientId !== 'string')
      return null;
    return { keyId, accountId, clientId, claims };
  }
}
