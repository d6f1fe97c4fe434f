import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidScopeError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { parseScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { GrantOutcome } from './grant-outcome.js';
import type { GrantType } from './grant-type.js';

/** OAuth 2.1 §4.3: a new pair for a refresh token, which rotates; `scope` narrows this one answer. */
@Injectable()
export class RefreshTokenGrantType implements GrantType {
  readonly name = 'refresh_token';

  constructor(
    private readonly rotation: RefreshRotation,
    private readonly issuer: TokenIssuer,
    private readonly outcome: GrantOutcome,
    private readonly resources: ProtectedResources,
  ) {}

  async exchange(parameters: Parameters, client: OAuthClient): Promise<TokenResponse> {
    const refreshToken = parameters.require('refresh_token');
    const scope = parameters.get('scope');
    const scopes = scope === undefined ? null : parseScope(scope);
    if (scopes?.length === 0) throw new InvalidScopeError('The scope is empty.');
    const pair = this.issuer.prepare(this.name);
    const rotated = await this.rotation.rotate({
      refreshToken,
      clientId: client.clientId,
      resource: this.resources.requested(parameters.getAll('resource'))?.identifier ?? null,
      scopes,
      pair,
    });
    if (rotated === null || 'outcome' in rotated) return this.outcome.refuse(rotated, 'refresh token');
    const { account, issued } = await this.outcome.admit(rotated.issued, client);
    return this.issuer.answer(issued, pair, account, rotated.successor);
  }
}
