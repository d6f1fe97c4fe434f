import { Injectable } from '@nestjs/common';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { signatureOf } from './compact-signing.js';
import { KeySuccession } from './key-succession.js';
import { SigningKeys } from './signing-keys.js';

/** No token: it has no header and no claims, and leaves nobody. */
const PROBE = Buffer.alloc(0);

/** What `McpSigningKeys.rotate` is to do. */
export interface KeyRotationOptions {
  /** The algorithm whose key rotates. Default: all of them. */
  alg?: SigningAlgorithm;
  /** Somebody else has the private key: every token it signed is refused at once. Default false. */
  compromised?: boolean;
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
  async rotate({ alg, compromised = false }: KeyRotationOptions = {}): Promise<PublishedKey[]> {
    const published: PublishedKey[] = [];
    for (const each of alg ? [alg] : this.keys.algorithms) {
      const pair = await (compromised ? this.succession.replace(each) : this.succession.succeed(each));
      published.push({ kid: pair.kid, alg: pair.alg, activatesAt: new Date(pair.activatesAt) });
    }
    return published;
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
