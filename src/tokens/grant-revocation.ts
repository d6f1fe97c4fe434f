import type { Clock } from '../host/clock.js';
import type { GrantStore } from '../persistence/grant.store.js';
import type { RevocationView } from '../verification/revocation-view.js';

/** Ends grants: no code, no refresh token and no access token of one works any more. */
export class GrantRevocation {
  constructor(
    private readonly grants: GrantStore,
    private readonly view: RevocationView,
    private readonly clock: Clock,
    /** Seconds the longest access token lives. */
    private readonly longestLifetime: number,
  ) {}

  async revoke(grantId: string): Promise<void> {
    const now = this.clock.now();
    const lastTokenExpiresAt = now + this.longestLifetime * 1000;
    await this.grants.revoke(grantId, new Date(now), new Date(lastTokenExpiresAt));
    // A dead grant stays dead: what another replica issues for it at this moment is refused too.
    this.view.record([
      { kind: 'grant', subject: grantId, issuedBefore: lastTokenExpiresAt, expiresAt: lastTokenExpiresAt },
    ]);
  }
}
