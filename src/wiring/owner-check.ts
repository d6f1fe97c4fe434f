import type { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { DatabaseCheck, type DatabaseOwner } from '../persistence/database-check.js';
import { DatabaseClock } from '../tokens/database-clock.js';
import type { KeyVault } from '../tokens/key-vault.js';
import { refuseOtherIssuer } from './issuer-binding.js';

/** Holds a database against the issuer, the secrets and the clock of the options. */
export class OwnerCheck extends DatabaseCheck {
  constructor(
    private readonly settings: Pick<McpAuthSettings, 'clock'> & { issuer?: string },
    private readonly vault: KeyVault,
  ) {
    super();
  }

  /**
   * @throws Error with one sentence where it belongs to another issuer, where a key that is in use does not open, or
   * where its clock and this computer's are far apart.
   */
  check({ issuer, keys, time: { said, askedAt, answeredAt } }: DatabaseOwner): void {
    const clock = new DatabaseClock(this.settings.clock);
    clock.hear(said, askedAt, answeredAt);
    if (!clock.isTrusted) throw new Error(clock.describe() ?? '');
    if (this.settings.issuer !== undefined) refuseOtherIssuer(issuer, this.settings.issuer);
    const now = this.settings.clock.now();
    const locked = keys.find(
      (key) => (key.expiresAt?.getTime() ?? Infinity) > now && this.vault.open(key) === null,
    );
    if (locked) throw new Error(this.vault.obstacle(locked));
  }
}
