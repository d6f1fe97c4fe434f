import { Injectable } from '@nestjs/common';
import { assertionType } from '../assertions/assertion-claims.js';
import { IDENTITY_ASSERTION, IDENTITY_ASSERTION_PROFILE } from '../assertions/identity-assertion.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import type { Parameters } from '../oauth/parameters.js';
import type { TokenRequest, TokenResponse } from '../oauth/token-request.js';
import { AssertedPersonTokens } from './asserted-person-tokens.js';
import type { GrantType, KeyOf } from './grant-type.js';
import { WorkloadTokens } from './workload-tokens.js';

/** RFC 7523 §2.1: an assertion of somebody else for a token. What it is, its `typ` says. */
@Injectable()
export class JwtBearerGrantType implements GrantType {
  readonly name = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  readonly isOn: boolean;
  readonly isOpen = false;
  readonly profiles: readonly string[];

  constructor(
    settings: McpAuthSettings,
    private readonly platforms: WorkloadTokens,
    private readonly people: AssertedPersonTokens,
  ) {
    const { workloads, identityAssertions } = settings;
    this.isOn = workloads.length + identityAssertions.length > 0;
    this.profiles = identityAssertions.length > 0 ? [IDENTITY_ASSERTION_PROFILE] : [];
  }

  /** A platform's assertion says who asks; one about a person is presented by a client. */
  alone(message: TokenRequest, keyOf: KeyOf): Promise<TokenResponse> | null {
    const isForClient = assertionType(message.parameters.require('assertion')) === IDENTITY_ASSERTION;
    return isForClient ? null : this.platforms.issue(this.name, message, keyOf);
  }

  exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
    address?: string,
  ): Promise<TokenResponse> {
    return this.people.issue(this.name, client, parameters, keyThumbprint, address);
  }
}
