import type { AccountDirectory, McpAccount } from '../host/account-directory.js';
import {
  InvalidClientError,
  InvalidGrantError,
  InvalidScopeError,
  InvalidTargetError,
} from '../oauth/errors.js';
import type { Refusal } from '../persistence/token.store.js';
import type { McpRevocations } from '../tokens/mcp-revocations.js';

/** What follows from the outcome of a redemption or rotation. */
export class GrantOutcome {
  constructor(
    private readonly revocations: McpRevocations,
    private readonly accounts: AccountDirectory,
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
      case 'replayed':
        await this.revocations.revokeGrant(refusal.grantId);
    }
    // One sentence for every other reason, so that a guess teaches nothing.
    throw new InvalidGrantError(
      `The ${what} is invalid, expired, revoked or was issued for another request.`,
    );
  }

  /** @throws InvalidGrantError, and ends the grant, when its person is gone or disabled. */
  async requireAccount({ userId, grantId }: { userId: string; grantId: string }): Promise<McpAccount> {
    const account = await this.accounts.find(userId);
    if (account && !account.disabled) return account;
    await this.revocations.revokeGrant(grantId);
    throw new InvalidGrantError('The account is gone or disabled.');
  }
}
