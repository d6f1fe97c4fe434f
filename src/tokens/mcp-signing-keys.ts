import { Injectable } from '@nestjs/common';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { signatureOf } from './compact-signing.js';
import { KeySuccession, type RotationAuthor } from './key-succession.js';
import { SigningKeys } from './signing-keys.js';

/** No token: it has no header and no claims, and leaves nobody. */
const PROBE = Buffer.alloc(0);

/** What `McpSigningKeys.rotate` is to do. */
export interface KeyRotationOptions {
  /** The algorithm whose key rotates. Default: all of them. */
  alg?: SigningAlgorithm;
  /** Somebody else has the private key: every token it signed is refused at once. Default false. */
  compromised?: boolean;
  /** Who asks for it, for the audit. Default: nobody. */
  by?: RotationAuthor;
}

/** A key that is published and signs from `activatesAt`. */
export interface PublishedKey {
  /** `kid` in the JWKS (RFC 7517 §4.5). */
  kid: string;
  /** `alg` in the JWKS (RFC 7517 §4.4). */
  alg: SigningAlgorithm;
  /** From when on it signs. */
  activatesAt: Date;
}

/** A key as the JWKS has it, and what it is for. */
export interface SigningKeyInUse extends PublishedKey {
  /**
   * `next` is published and does not sign yet, `signing` signs, `leaving` signs no more and stays published until the
   * last token that it signed is dead.
   */
  state: 'next' | 'signing' | 'leaving';
  /** When it leaves the JWKS; null as long as it has no successor. */
  expiresAt: Date | null;
}

/** The issuer's signing keys, for the host: `rotate()` whenever it wants to. They rotate by age on their own. */
@Injectable()
export class McpSigningKeys {
  constructor(
    private readonly keys: SigningKeys,
    private readonly succession: KeySuccession,
  ) {}

  /**
   * Publishes a successor, which signs after `signing.overlap`; one that is under way already is not made twice.
   * When the key is compromised the new key signs at once, the algorithm's other keys leave the JWKS, and within a
   * second every replica refuses what they signed.
   * @returns the new key of each algorithm.
   * @throws Error when there is no key for the algorithm.
   */
  async rotate({ alg, compromised = false, by }: KeyRotationOptions = {}): Promise<PublishedKey[]> {
    const published: PublishedKey[] = [];
    for (const each of alg ? [alg] : this.keys.algorithms) {
      const pair = await (compromised
        ? this.succession.replace(each, by)
        : this.succession.succeed(each, by));
      published.push({ kid: pair.kid, alg: pair.alg, activatesAt: new Date(pair.activatesAt) });
    }
    return published;
  }

  /** All that are published, by algorithm, the newest first. */
  list(): SigningKeyInUse[] {
    return this.keys.algorithms.toSorted().flatMap((alg) => {
      const { kid, activatesAt } = this.keys.signing(alg);
      return this.keys.of(alg).map((pair): SigningKeyInUse => ({
        kid: pair.kid,
        alg,
        activatesAt: new Date(pair.activatesAt),
        state: pair.kid === kid ? 'signing' : pair.activatesAt > activatesAt ? 'next' : 'leaving',
        expiresAt: pair.expiresAt === null ? null : new Date(pair.expiresAt),
      }));
    });
  }

  /** Whether this replica can sign with every algorithm it has keys for: it tries. For health checks. */
  async canSign(): Promise<boolean> {
    const { algorithms } = this.keys;
    try {
      await Promise.all(algorithms.map((alg) => signatureOf(this.keys.signing(alg), PROBE)));
    } catch {
      return false;
    }
    return algorithms.length > 0;
  }
}
