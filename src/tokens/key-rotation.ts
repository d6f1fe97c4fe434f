import { Injectable } from '@nestjs/common';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { KeySuccession, lastTokenExpiry } from './key-succession.js';
import { Periodic } from './periodic.js';
import { SigningKeys } from './signing-keys.js';

/** Milliseconds between two looks at the keys. */
const INTERVAL = 15_000;

/**
 * Gives every key a successor in time: published first, used later, and the old one kept until its last token is dead.
 * All of it stands in the database, so that every replica does the same at the same time.
 */
@Injectable()
export class KeyRotation extends Periodic {
  constructor(
    private readonly keys: SigningKeys,
    private readonly store: SigningKeyStore,
    private readonly succession: KeySuccession,
    private readonly clock: Clock,
    private readonly settings: McpAuthSettings,
    private readonly resources: ProtectedResources,
  ) {
    super(INTERVAL);
  }

  /** Takes in what other replicas did, rotates what is old, and deletes what nobody needs any more. */
  async round(): Promise<void> {
    await this.keys.refresh();
    const inUse = [...this.settings.signing.algorithms, ...this.resources.signingAlgorithms()];
    await this.keys.makeMissing(inUse);
    for (const alg of this.keys.algorithms)
      if (inUse.includes(alg)) await this.rotateOld(alg);
      else await this.endUnused(alg);
    await this.store.prune(new Date(this.clock.now()));
  }

  private async rotateOld(alg: SigningAlgorithm): Promise<void> {
    const { activatesAt, expiresAt } = this.keys.newest(alg);
    const { rotateAfter, overlap } = this.settings.signing;
    const isOld = this.clock.now() >= activatesAt + (rotateAfter - overlap) * 1000;
    if (isOld || expiresAt !== null) await this.succession.succeed(alg);
  }

  // Where another replica still used the algorithm, the key would have had a successor by now.
  private async endUnused(alg: SigningAlgorithm): Promise<void> {
    const { kid, activatesAt, expiresAt } = this.keys.newest(alg);
    const now = this.clock.now();
    const { rotateAfter, overlap } = this.settings.signing;
    const isLeft = now >= activatesAt + (rotateAfter + overlap) * 1000;
    if (isLeft && expiresAt === null) await this.store.end(kid, lastTokenExpiry(now));
  }
}
