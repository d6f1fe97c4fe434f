import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import type { OAuthClient } from '../oauth/client.js';
import type { TokenRequest } from '../oauth/token-request.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { isClientSecret } from './client-secret.js';

/** RFC 6749 §2.3.1: id and secret in the body. */
@Injectable()
export class ClientSecretPost implements ClientAuthMethod {
  readonly name = 'client_secret_post';

  constructor(private readonly clock: Clock) {}

  claimedClientId({ parameters }: TokenRequest): string | null {
    return parameters.has('client_secret') ? parameters.require('client_id') : null;
  }

  verify({ parameters }: TokenRequest, client: OAuthClient): boolean {
    return isClientSecret(client, parameters.require('client_secret'), this.clock.now());
  }
}
