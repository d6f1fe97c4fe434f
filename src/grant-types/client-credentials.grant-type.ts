import { Injectable } from '@nestjs/common';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { UnauthorizedClientError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import type { TokenResponse } from '../oauth/token-request.js';
import type { GrantType } from './grant-type.js';
import { ServiceAccountTokens } from './service-account-tokens.js';

/** OAuth 2.1 §4.2: a client that an administrator made asks for itself. There is no refresh token: it asks again. */
@Injectable()
export class ClientCredentialsGrantType implements GrantType {
  readonly name = 'client_credentials';
  readonly isOn: boolean;
  readonly isOpen = false;

  constructor(
    settings: McpAuthSettings,
    private readonly tokens: ServiceAccountTokens,
  ) {
    this.isOn = settings.serviceAccounts !== null;
  }

  exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    if (client.kind !== 'service-account' || !client.grantTypes.includes(this.name))
      throw new UnauthorizedClientError('The client may not use this grant type.');
    return this.tokens.issue(this.name, client, parameters, keyThumbprint);
  }
}
