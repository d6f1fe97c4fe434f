import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { KeyHolder } from '../oauth/key-holder.js';
import type { Admission, Refusal } from '../persistence/issued-token.js';
import { RefreshTokenStore, type RotatedToken } from '../persistence/refresh-token.store.js';
import { deriveKey, open, seal } from './sealing.js';
import type { PreparedPair } from './token-issuer.js';

export interface RotationRequest {
  refreshToken: string;
  refreshHash: string;
  clientId: string;
  resource: string | null;
  scopes: string[] | null;
  admission: Admission;
  holder: KeyHolder;
  pair: PreparedPair;
}

const successorKey = (refreshToken: string) => deriveKey(Buffer.from(refreshToken), 'refresh-successor');

/**
 * Rotates refresh tokens (OAuth 2.1 §4.3.1). The successor is random and stored sealed under a key that only the
 * presented token yields, so that every racer inside the grace window gets the same one and the database alone
 * gives nobody any.
 */
@Injectable()
export class RefreshRotation {
  constructor(
    private readonly store: RefreshTokenStore,
    private readonly settings: McpAuthSettings,
  ) {}

  /** The outcome, and the successor when tokens were issued; null for an unknown refresh token. */
  async rotate({
    refreshToken,
    refreshHash,
    clientId,
    resource,
    scopes,
    admission,
    holder,
    pair,
  }: RotationRequest): Promise<Refusal | { issued: RotatedToken; successor: string } | null> {
    const key = successorKey(refreshToken);
    const outcome = await this.store.rotate({
      refreshHash,
      clientId,
      resource,
      scopes,
      successorSealed: seal(key, refreshHash, Buffer.from(pair.refreshToken)),
      graceStart: new Date(pair.record.now.getTime() - this.settings.lifetimes.refreshGrace * 1000),
      admission,
      holder,
      token: pair.record,
    });
    if (outcome?.outcome !== 'issued') return outcome;
    const successor =
      outcome.successorHash === pair.record.refreshHash
        ? pair.refreshToken
        : open(key, refreshHash, outcome.successorSealed).toString();
    return { issued: outcome, successor };
  }
}
