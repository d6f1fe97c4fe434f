import { Injectable } from '@nestjs/common';
import { assertionType } from '../assertions/assertion-claims.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidGrantError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import type { TokenRequest, TokenResponse } from '../oauth/token-request.js';
import type { GrantType, KeyOf } from './grant-type.js';
import { WorkloadTokens } from './workload-tokens.js';

/** An identity assertion, which says for whom a client asks (draft-ietf-oauth-identity-assertion-authz-grant §4.4). */
const IDENTITY_ASSERTION = 'oauth-id-jag+jwt';

/** RFC 7523 §2.1: an assertion of somebody else for a token. What it is, its `typ` says. */
@Injectable()
export class JwtBearerGrantType implements GrantType {
  readonly name = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  readonly isOn: boolean;
  readonly isOpen = false;

  constructor(
    settings: McpAuthSettings,
    private readonly workloads: WorkloadTokens,
  ) {
    this.isOn = settings.workloads.length > 0;
  }

  alone(message: TokenRequest, keyOf: KeyOf): Promise<TokenResponse> | null {
    const isForClient = assertionType(message.parameters.require('assertion')) === IDENTITY_ASSERTION;
    return isForClient ? null : this.workloads.issue(this.name, message, keyOf);
  }

  async exchange(_parameters: Parameters, _client: OAuthClient): Promise<TokenResponse> {
    throw new InvalidGrantError('Identity assertions are not taken here.');
  }
}
