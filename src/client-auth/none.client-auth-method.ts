import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import type { TokenRequest } from '../oauth/token-request.js';
import type { ClientAuthMethod } from './client-auth-method.js';

/** A public client (OAuth 2.1 §2.1): it only names itself, and PKCE binds its requests. */
@Injectable()
export class NoClientAuthentication implements ClientAuthMethod {
  readonly name = 'none';

  claimedClientId({ parameters, headers }: TokenRequest): string | null {
    const proofs = ['client_secret', 'client_assertion', 'client_assertion_type'];
    if (headers.authorization !== undefined || proofs.some((name) => parameters.has(name))) return null;
    return parameters.get('client_id') ?? null;
  }

  verify(_request: TokenRequest, client: OAuthClient): boolean {
    return client.tokenEndpointAuthMethod === this.name;
  }
}
