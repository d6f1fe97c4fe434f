import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { decodeCompactJws, mediaType } from '../verification/compact-jws.js';
import { isSignedWith } from '../verification/signature.js';
import { ID_TOKEN_ALGORITHM } from './id-token-issuer.js';
import { SigningKeys } from './signing-keys.js';

/** Characters; ours have far fewer. */
const LONGEST_HINT = 16_384;

/** Of whom and of which sign-in an id_token of ours speaks, and to whom. */
export interface HintedSignIn {
  accountId: string;
  clientId: string;
  sid: string | null;
}

/** Reads id_tokens that come back as hints (OpenID Connect RP-Initiated Logout §4). */
@Injectable()
export class IdTokenHint {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
  ) {}

  /** What the token says, however old it is; null for one that is not ours. */
  async read(token: string): Promise<HintedSignIn | null> {
    const jws = token.length <= LONGEST_HINT ? decodeCompactJws(token) : null;
    if (!jws || mediaType(jws.header) !== 'jwt' || typeof jws.header['kid'] !== 'string') return null;
    const key = await this.keys.find(jws.header['kid']);
    const { signed, signature, claims } = jws;
    if (!key || !isSignedWith(key, { algorithm: ID_TOKEN_ALGORITHM, signed, signature })) return null;
    if (jws.header['alg'] !== ID_TOKEN_ALGORITHM || claims['iss'] !== this.settings.issuer) return null;
    const { sub, aud, sid } = claims;
    if (typeof sub !== 'string' || typeof aud !== 'string') return null;
    return { accountId: sub, clientId: aud, sid: typeof sid === 'string' ? sid : null };
  }
}
