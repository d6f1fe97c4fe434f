import { Injectable } from '@nestjs/common';
import { AccountDirectory, type McpAccount } from '../host/account-directory.js';
import { AuditLog } from '../host/audit-log.js';
import { AuthorizationPolicy } from '../host/authorization-policy.js';
import type { OAuthClient } from '../oauth/client.js';
import {
  EndedGrantError,
  InvalidClientError,
  InvalidGrantError,
  InvalidScopeError,
  InvalidTargetError,
} from '../oauth/errors.js';
import type { IssuedToken, Refusal } from '../persistence/token.store.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';

/** What follows from the outcome of a redemption or rotation. */
@Injectable()
export class GrantOutcome {
  constructor(
    private readonly revocations: McpRevocations,
    private readonly accounts: AccountDirectory,
    private readonly policy: AuthorizationPolicy,
    private readonly audit: AuditLog,
  ) {}

  /** Turns a refusal into its error; a replay also ends the grant (RFC 9700 §4.5.2, §4.14.2). */
  async refuse(refusal: Refusal | null, what: string): Promise<never> {
    switch (refusal?.outcome) {
      case 'target':
        throw new InvalidTargetError('The resource is not the one that was granted.');
      case 'scope':
        throw new InvalidScopeError('The scope exceeds what was granted.');
      case 'disabled':
        throw new InvalidClientError();
      case 'replayed': {
        const { grantId } = refusal;
        this.audit.record({ action: 'token.replay', outcome: 'refused', detail: { grantId, what } });
        await this.revocations.revokeGrant(grantId);
      }
    }
    // One sentence for every other reason, so that a guess teaches nothing.
    const RefusalError = refusal && refusal.outcome !== 'mismatch' ? EndedGrantError : InvalidGrantError;
    throw new RefusalError(`The ${what} is invalid, expired, revoked or was issued for another request.`);
  }

  /**
   * The person of what was issued, and what of it they may have now.
   * @throws InvalidGrantError, and ends the grant, when they are gone, disabled or have no access any more.
   */
  async admit<Issued extends IssuedToken>(
    issued: Issued,
    client: OAuthClient,
  ): Promise<{ account: McpAccount; issued: Issued }> {
    const { grantId, userId, resource, redirectUri, scopes } = issued;
    const account = await this.accounts.find(userId);
    if (!account || account.disabled) return this.end(grantId, 'The account is gone or disabled.');
    const question = { account, client, redirectUri, resource, scopes, at: 'token' } as const;
    const decision = await this.policy.decide(question);
    if (decision.outcome !== 'allowed') return this.end(grantId, 'This access is not allowed any more.');
    return { account, issued: { ...issued, scopes: [...decision.scopes] } };
  }

  private async end(grantId: string, description: string): Promise<never> {
    await this.revocations.revokeGrant(grantId);
    throw new EndedGrantError(description);
  }
}
