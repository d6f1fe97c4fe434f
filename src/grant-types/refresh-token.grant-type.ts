import { Injectable } from '@nestjs/common';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidScopeError } from '../oauth/errors.js';
import { keyHolder } from '../oauth/key-holder.js';
import { digest } from '../oauth/opaque-token.js';
import type { Parameters } from '../oauth/parameters.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { parseScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { KnownGrants } from '../tokens/known-grants.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { GrantAdmission } from './grant-admission.js';
import { GrantOutcome } from './grant-outcome.js';
import type { GrantType } from './grant-type.js';

/** One refresh too many: nothing rotates, and still the client hears of a grant that has ended, or it would try for ever. */
const LIMITED = { admission: 'limited' } as const;

/** OAuth 2.1 §4.3: a new pair for a refresh token, which rotates; `scope` narrows this one answer. */
@Injectable()
export class RefreshTokenGrantType implements GrantType {
  readonly name = 'refresh_token';
  readonly isOn = true;
  readonly isOpen = true;

  constructor(
    private readonly rotation: RefreshRotation,
    private readonly grants: KnownGrants,
    private readonly admission: GrantAdmission,
    private readonly limits: HostRateLimiter,
    private readonly issuer: TokenIssuer,
    private readonly outcome: GrantOutcome,
    private readonly resources: ProtectedResources,
  ) {}

  async exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    const refreshToken = parameters.require('refresh_token');
    const scope = parameters.get('scope');
    const scopes = scope === undefined ? null : parseScope(scope);
    if (scopes?.length === 0) throw new InvalidScopeError('The scope is empty.');
    const pair = this.issuer.prepare(this.name, keyThumbprint);
    const refreshHash = digest(refreshToken);
    const resource = this.resources.requested(parameters.getAll('resource'))?.identifier ?? null;
    const facts = await this.grants.ofRefreshToken(refreshHash);
    const excess = facts?.clientId === client.clientId ? await this.limits.countRefresh(facts.grantId) : null;
    const asked = excess ? LIMITED : await this.admission.ask(facts, client, scopes);
    const rotated = await this.rotation.rotate({
      refreshToken,
      refreshHash,
      clientId: client.clientId,
      resource,
      scopes,
      admission: asked.admission,
      holder: keyHolder(client, keyThumbprint),
      pair,
    });
    if (excess && rotated && 'outcome' in rotated && rotated.outcome === 'limited') throw excess;
    if (rotated === null || 'outcome' in rotated) return this.outcome.refuse(rotated, asked, 'refresh token');
    if (asked.admission !== 'granted') throw new Error('A token was rotated that nobody agreed to.');
    this.grants.remember(rotated.issued.successorHash, asked.facts);
    return this.issuer.answer(rotated.issued, pair, asked, rotated.successor);
  }
}
