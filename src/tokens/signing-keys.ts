import { Injectable, Logger } from '@nestjs/common';
import type { JWK } from 'jose';
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '../host/clock.js';
import type { FeedListener, FeedRecord } from '../oauth/revocation.js';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { SigningKeyStore, type StoredSigningKey } from '../persistence/signing-key.store.js';
import { VerificationKeys, type VerificationKey } from '../verification/verification-keys.js';
import { type KeyMaterial, KeyVault } from './key-vault.js';

/** Milliseconds between two readings that unknown key ids ask for. */
const LOOKUP_INTERVAL = 250;
const KEY_ID = /^[\w-]{16}$/;

export interface SigningKeyPair extends VerificationKey, KeyMaterial {
  readonly alg: SigningAlgorithm;
  readonly generation: number;
  /** From when it signs, in milliseconds since the epoch. */
  readonly activatesAt: number;
  /** When the last token it may have signed is dead; null as long as it has no successor. */
  readonly expiresAt: number | null;
}

/** The issuer's keys as the database has them: shared by all replicas, sealed, and read again as they rotate. */
@Injectable()
export class SigningKeys extends VerificationKeys implements FeedListener {
  private readonly logger = new Logger(SigningKeys.name);
  private pairs: ReadonlyMap<string, SigningKeyPair> = new Map();
  /** Those that do not open, and why. */
  private locked: ReadonlyMap<string, string> = new Map();
  private published: { keys: JWK[] } = { keys: [] };
  private reading: Promise<unknown> = Promise.resolve();
  private lookup: Promise<void> | undefined;
  private lookedUpAt = -Infinity;

  constructor(
    private readonly store: SigningKeyStore,
    private readonly vault: KeyVault,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Reads the keys, and changes nothing. @throws when one does not open under the secrets. */
  async open(): Promise<void> {
    await this.openAll();
  }

  /** Makes the first of each algorithm, and seals under the first secret what is sealed under another. */
  async complete(algorithms: readonly SigningAlgorithm[]): Promise<void> {
    await this.makeMissing(algorithms);
    for (const key of await this.openAll()) {
      const resealed = this.vault.reseal(key);
      if (resealed) await this.store.reseal(key, resealed);
    }
  }

  /** Makes the first key of each algorithm that has none. */
  async makeMissing(algorithms: readonly SigningAlgorithm[]): Promise<void> {
    const missing = [...new Set(algorithms)].filter((alg) => this.of(alg).length === 0);
    if (missing.length === 0) return;
    await this.store.prune(new Date(this.clock.now()));
    await Promise.all(missing.map((alg) => this.makeFirst(alg)));
    await this.read();
  }

  /** Reads the keys again. */
  async refresh(): Promise<void> {
    const known = this.locked;
    await this.read();
    for (const [kid, reason] of this.locked)
      if (!known.has(kid)) this.logger.error(`The signing key ${kid} does not open here. ${reason}`);
  }

  find(kid: string): VerificationKey | null | Promise<VerificationKey | null> {
    return this.pairs.get(kid) ?? (KEY_ID.test(kid) ? this.lookUp(kid) : null);
  }

  /** The key that signs with this algorithm now. */
  signing(alg: string): SigningKeyPair {
    const now = this.clock.now();
    const pairs = this.of(alg);
    return pairs.find(({ activatesAt }) => activatesAt <= now) ?? pairs.at(-1) ?? this.newest(alg);
  }

  /**
   * The latest generation of an algorithm, whether it signs already or not.
   * @throws Error when there is none.
   */
  newest(alg: string): SigningKeyPair {
    const [newest] = this.of(alg);
    if (!newest) throw new Error(`There is no signing key for ${alg}.`);
    return newest;
  }

  /** Those of an algorithm, the newest first. */
  of(alg: string): SigningKeyPair[] {
    return [...this.pairs.values()].filter((pair) => pair.alg === alg);
  }

  /** Every algorithm there is a key for. */
  get algorithms(): SigningAlgorithm[] {
    return [...new Set([...this.pairs.values()].map(({ alg }) => alg))];
  }

  /** Looks for what replaces keys that were revoked. */
  async heard(records: readonly FeedRecord[]): Promise<void> {
    const isOurs = ({ kind, subject }: FeedRecord) =>
      kind === 'unknown' || (kind === 'key' && this.pairs.has(subject));
    if (records.some(isOurs)) await this.refresh();
  }

  /** As the JWKS endpoint publishes them (RFC 7517 §5); the same object as long as the keys are the same. */
  jwks(): { keys: JWK[] } {
    return this.published;
  }

  /** A key that another replica has just begun to use is found, however many unknown ids are asked for. */
  private async lookUp(kid: string): Promise<VerificationKey | null> {
    this.lookup ??= this.readLater();
    await this.lookup;
    return this.pairs.get(kid) ?? null;
  }

  private async readLater(): Promise<void> {
    await delay(Math.max(0, this.lookedUpAt + LOOKUP_INTERVAL - performance.now()));
    // Whoever comes from now on needs a reading of its own: this one may be older than its token.
    this.lookup = undefined;
    this.lookedUpAt = performance.now();
    await this.refresh();
  }

  private async openAll(): Promise<StoredSigningKey[]> {
    const stored = await this.read();
    const [reason] = this.locked.values();
    if (reason !== undefined) throw new Error(reason);
    return stored;
  }

  /** One reading after the other, so that an older answer never replaces a later one. */
  private read(): Promise<StoredSigningKey[]> {
    const reading = this.reading.then(() => this.readNow());
    this.reading = reading.catch(() => undefined);
    return reading;
  }

  private async readNow(): Promise<StoredSigningKey[]> {
    const stored = await this.store.list();
    const now = this.clock.now();
    const pairs = new Map<string, SigningKeyPair>();
    const locked = new Map<string, string>();
    for (const key of stored.filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() > now)) {
      // What was opened before stays open, whatever secret it has been sealed under since.
      const material = this.pairs.get(key.kid) ?? this.vault.open(key);
      if (material) pairs.set(key.kid, describe(key, material));
      else locked.set(key.kid, this.vault.obstacle(key));
    }
    const changed = [...pairs.keys()].join() !== [...this.pairs.keys()].join();
    this.pairs = pairs;
    this.locked = locked;
    if (changed) this.published = { keys: [...pairs.values()].map(({ jwk }) => jwk) };
    return stored;
  }

  private async makeFirst(alg: SigningAlgorithm): Promise<void> {
    const key = await this.vault.make(alg);
    const now = new Date(this.clock.now());
    const dates = { createdAt: now, activatesAt: now, predecessorExpiresAt: now };
    await this.store.insert(key, { generation: 1, ...dates });
  }
}

function describe(
  { kid, alg, generation, activatesAt, expiresAt }: StoredSigningKey,
  { key, privateKey, jwk }: KeyMaterial,
): SigningKeyPair {
  return {
    kid,
    alg,
    key,
    privateKey,
    jwk,
    generation,
    activatesAt: activatesAt.getTime(),
    expiresAt: expiresAt?.getTime() ?? null,
  };
}
