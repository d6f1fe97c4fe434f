import { Injectable } from '@nestjs/common';
import { SignedIdTokens } from './signed-id-tokens.js';

/** Of whom and of which sign-in an id_token of ours speaks, and to whom. */
export interface HintedSignIn {
  accountId: string;
  clientId: string;
  sid: string | null;
}

/** Reads id_tokens that come back as hints (OpenID Connect RP-Initiated Logout §4). */
@Injectable()
export class IdTokenHint {
  constructor(private readonly idTokens: SignedIdTokens) {}

  /** What the token says, however old it is; null for one that is not ours. */
  async read(token: string): Promise<HintedSignIn | null> {
    const read = await this.idTokens.read(token);
    if (!read) return null;
    const { accountId, clientId, claims } = read;
    return { accountId, clientId, sid: typeof claims['sid'] === 'string' ? claims['sid'] : null };
  }
}
