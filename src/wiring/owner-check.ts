import type { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { DatabaseCheck, type DatabaseOwner } from '../persistence/database-check.js';
import type { KeyVault } from '../tokens/key-vault.js';
import { refuseOtherIssuer } from './issuer-binding.js';

/** Holds a database against the issuer and the secrets of the options. */
export class OwnerCheck extends DatabaseCheck {
  constructor(
    private readonly settings: Pick<McpAuthSettings, 'clock'> & { issuer?: string },
    private readonly vault: KeyVault,
  ) {
    super();
  }

  /** @throws Error with one sentence where it belongs to another issuer, or a key that is in use does not open. */
  check({ issuer, keys }: DatabaseOwner): void {
    if (this.settings.issuer !== undefined) refuseOtherIssuer(issuer, this.settings.issuer);
    const now = this.settings.clock.now();
    const locked = keys.find(
      (key) => (key.expiresAt?.getTime() ?? Infinity) > now && this.vault.open(key) === null,
    );
    if (locked) throw new Error(this.vault.obstacle(locked));
  }
}
