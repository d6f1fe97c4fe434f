import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { DEVICE_GRANT_TYPE } from '../oauth/device.js';
import {
  AuthorizationPendingError,
  ExpiredTokenError,
  InvalidGrantError,
  OAuthError,
  SlowDownError,
  UnauthorizedClientError,
} from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import type { Parameters } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { DeviceCodeStore } from '../persistence/device-code.store.js';
import { CodeRedemption } from './code-redemption.js';
import type { GrantType } from './grant-type.js';

/** RFC 8628 §3.4: a device asks until the person has answered in a browser elsewhere. */
@Injectable()
export class DeviceCodeGrantType implements GrantType {
  readonly name = DEVICE_GRANT_TYPE;
  readonly isOn: boolean;
  readonly isOpen = true;
  readonly isByName = true;

  constructor(
    settings: McpAuthSettings,
    private readonly store: DeviceCodeStore,
    private readonly redemption: CodeRedemption,
    private readonly resources: ProtectedResources,
    private readonly clock: Clock,
  ) {
    this.isOn = settings.deviceAuthorization;
  }

  async exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    if (!client.grantTypes.includes(this.name))
      throw new UnauthorizedClientError('The client may not use this grant type.');
    const codeHash = digest(parameters.require('device_code'));
    const resource = this.resources.requested(parameters.getAll('resource'))?.identifier ?? null;
    const device = await this.store.poll(codeHash, client.clientId, new Date(this.clock.now()));
    if (!device) throw new InvalidGrantError('The device code is invalid, or was issued to another client.');
    const { answer, fresh, early, facts } = device;
    if (answer === 'denied') throw new OAuthError('access_denied', 'The person denied the request.', 400);
    if (!fresh) throw new ExpiredTokenError();
    if (answer === null || !facts) throw early ? new SlowDownError() : new AuthorizationPendingError();
    return this.redemption.redeem({
      grantType: this.name,
      what: 'device code',
      codeHash,
      redirectUri: null,
      codeChallenge: DEVICE_GRANT_TYPE,
      resource,
      facts,
      client,
      keyThumbprint,
    });
  }
}
