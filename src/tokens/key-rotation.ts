import { Injectable } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { RevocationView } from '../verification/revocation-view.js';
import { KeyVault } from './key-vault.js';
import { Periodic } from './periodic.js';
import { type SigningKeyPair, SigningKeys } from './signing-keys.js';

/** Milliseconds between two looks at the keys. */
const INTERVAL = 15_000;
/** Seconds by which the clocks of two replicas may differ. */
const CLOCK_TOLERANCE = 30;

/**
 * Gives every key a successor in time: published first, used later, and the old one kept until its last token is dead.
 * All of it stands in the database, so that every replica does the same at the same time.
 */
@Injectable()
export class KeyRotation extends Periodic {
  constructor(
    private readonly keys: SigningKeys,
    private readonly store: SigningKeyStore,
    private readonly vault: KeyVault,
    private readonly view: RevocationView,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
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

  /** Publishes a successor that signs after the overlap; or the one that is under way already. */
  async succeed(alg: SigningAlgorithm): Promise<SigningKeyPair> {
    const newest = this.newest(alg);
    const now = this.clock.now();
    if (newest.activatesAt > now) return newest;
    const activatesAt = now + this.settings.signing.overlap * 1000;
    await this.store.insert(await this.vault.make(alg), {
      generation: newest.generation + 1,
      createdAt: new Date(now),
      activatesAt: new Date(activatesAt),
      predecessorExpiresAt: this.lastTokenOf(activatesAt),
    });
    await this.keys.refresh();
    const successor = this.newest(alg);
    this.logger.log(
      `The ${alg} key ${successor.kid} is published and signs from ${new Date(successor.activatesAt).toISOString()}.`,
    );
    this.record(successor, []);
    return successor;
  }

  /** Replaces every key of the algorithm at once, and revokes what they signed. */
  async replace(alg: SigningAlgorithm): Promise<SigningKeyPair> {
    const now = this.clock.now();
    const end = this.lastTokenOf(now);
    const key = await this.vault.make(alg);
    let withdrawn: string[] | null = null;
    while (withdrawn === null) withdrawn = await this.store.replace(key, new Date(now), end);
    this.view.record(
      withdrawn.map((kid) => ({ kind: 'key', subject: kid, issuedBefore: now, expiresAt: end.getTime() })),
    );
    await this.keys.refresh();
    this.logger.warn(`The ${alg} keys ${withdrawn.join(', ')} are revoked; ${key.kid} signs from now on.`);
    this.record(key, withdrawn);
    return this.newest(alg);
  }

  private record({ alg, kid }: { alg: string; kid: string }, revoked: readonly string[]): void {
    const detail = { algorithm: alg, keyId: kid, revoked };
    this.audit.record({ action: 'key.rotate', outcome: 'success', detail });
  }

  private async rotateOld(alg: SigningAlgorithm): Promise<void> {
    const { activatesAt, expiresAt } = this.newest(alg);
    const { rotateAfter, overlap } = this.settings.signing;
    const isOld = this.clock.now() >= activatesAt + (rotateAfter - overlap) * 1000;
    if (isOld || expiresAt !== null) await this.succeed(alg);
  }

  // Where another replica still used the algorithm, the key would have had a successor by now.
  private async endUnused(alg: SigningAlgorithm): Promise<void> {
    const { kid, activatesAt, expiresAt } = this.newest(alg);
    const now = this.clock.now();
    const { rotateAfter, overlap } = this.settings.signing;
    const isLeft = now >= activatesAt + (rotateAfter + overlap) * 1000;
    if (isLeft && expiresAt === null) await this.store.end(kid, this.lastTokenOf(now));
  }

  /** When nothing is left of what was signed until `time`. */
  private lastTokenOf(time: number): Date {
    return new Date(time + (LONGEST_ACCESS_TOKEN + CLOCK_TOLERANCE) * 1000);
  }

  private newest(alg: SigningAlgorithm): SigningKeyPair {
    const pair = this.keys.newest(alg);
    if (!pair) throw new Error(`There is no signing key for ${alg}.`);
    return pair;
  }
}
