import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { signJwt } from './compact-signing.js';
import { ID_TOKEN_ALGORITHM } from './id-token-issuer.js';
import { SigningKeys } from './signing-keys.js';

/** Seconds (OpenID Connect Back-Channel Logout §2.4: two minutes at most). */
const LIFETIME = 120;
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Signs logout tokens (OpenID Connect Back-Channel Logout §2.4). */
@Injectable()
export class LogoutTokenIssuer {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
  ) {}

  sign({ clientId, userId, sid }: { clientId: string; userId: string; sid: string }): Promise<string> {
    const issuedAt = Math.floor(this.clock.now() / 1000);
    return signJwt(this.keys.signing(ID_TOKEN_ALGORITHM), 'logout+jwt', {
      iss: this.settings.issuer,
      sub: userId,
      aud: clientId,
      iat: issuedAt,
      exp: issuedAt + LIFETIME,
      jti: randomUUID(),
      sid,
      events: { [LOGOUT_EVENT]: {} },
    });
  }
}
