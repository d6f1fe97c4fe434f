import { Injectable, Logger } from '@nestjs/common';
import { type AuditEvent, AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { SigningKeyStore } from '../persistence/signing-key.store.js';
import { RevocationView } from '../verification/revocation-view.js';
import { KeyVault } from './key-vault.js';
import { type SigningKeyPair, SigningKeys } from './signing-keys.js';

/** Seconds by which the clocks of two replicas may differ. */
const CLOCK_TOLERANCE = 30;

/** When the last token that was signed until `time` (milliseconds since the epoch) has expired. */
export function lastTokenExpiry(time: number): Date {
  return new Date(time + (LONGEST_ACCESS_TOKEN + CLOCK_TOLERANCE) * 1000);
}

/** Who asks for another key, for the audit. */
export type RotationAuthor = Pick<AuditEvent, 'userId' | 'clientId'>;

/** What is known of a key that was just stored. */
export type Successor = Pick<SigningKeyPair, 'kid' | 'alg' | 'activatesAt'>;

/** Gives a signing key its successor: in time, or at once. */
@Injectable()
export class KeySuccession {
  private readonly logger = new Logger(KeySuccession.name);

  constructor(
    private readonly keys: SigningKeys,
    private readonly store: SigningKeyStore,
    private readonly vault: KeyVault,
    private readonly view: RevocationView,
    private readonly settings: McpAuthSettings,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** Publishes a successor that signs after the overlap; or the one that is under way already. */
  async succeed(alg: SigningAlgorithm, by?: RotationAuthor): Promise<SigningKeyPair> {
    const newest = this.keys.newest(alg);
    const now = this.clock.now();
    if (newest.activatesAt > now) return newest;
    const activatesAt = now + this.settings.signing.overlap * 1000;
    await this.store.insert(await this.vault.make(alg), {
      generation: newest.generation + 1,
      createdAt: new Date(now),
      activatesAt: new Date(activatesAt),
      predecessorExpiresAt: lastTokenExpiry(activatesAt),
    });
    await this.keys.refresh();
    const successor = this.keys.newest(alg);
    this.logger.log(
      `The ${alg} key ${successor.kid} is published and signs from ${new Date(successor.activatesAt).toISOString()}.`,
    );
    this.record(successor, [], by);
    return successor;
  }

  /** Replaces every key of the algorithm at once, and revokes what they signed; the new one. */
  async replace(alg: SigningAlgorithm, by?: RotationAuthor): Promise<Successor> {
    const now = this.clock.now();
    const end = lastTokenExpiry(now);
    const key = await this.vault.make(alg);
    let withdrawn: string[] | null = null;
    while (withdrawn === null) withdrawn = await this.store.replace(key, new Date(now), end);
    this.view.record(
      withdrawn.map((kid) => ({ kind: 'key', subject: kid, issuedBefore: now, expiresAt: end.getTime() })),
    );
    this.logger.warn(`The ${alg} keys ${withdrawn.join(', ')} are revoked; ${key.kid} signs from now on.`);
    this.record(key, withdrawn, by);
    // It is done, whatever becomes of the database: the feed has it read again.
    await this.keys.refresh().catch((error: unknown) => {
      this.logger.warn(`The ${alg} key ${key.kid} is not read yet: ${String(error)}`);
    });
    return { kid: key.kid, alg, activatesAt: now };
  }

  private record(
    { alg, kid }: { alg: string; kid: string },
    revoked: readonly string[],
    by?: RotationAuthor,
  ): void {
    const detail = { algorithm: alg, keyId: kid, revoked };
    this.audit.record({ action: 'key.rotate', outcome: 'success', ...by, detail });
  }
}
