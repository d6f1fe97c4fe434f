import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';
import type { Clock } from '../host/clock.js';
import type { SigningKeyStore, StoredSigningKey } from '../persistence/signing-key.store.js';
import { VerificationKeys, type VerificationKey } from '../verification/verification-keys.js';
import { PublicKeys } from './public-keys.js';
import type { Secrets } from './secrets.js';

const PURPOSE = 'signing-key';

export interface SigningKeyPair extends VerificationKey {
  readonly privateKey: KeyObject;
  readonly jwk: JWK;
}

const generate = promisify(generateKeyPair);

/** How each algorithm's key is made. ES256 signs access tokens; RS256 is OpenID Connect's mandatory algorithm. */
const GENERATORS: Readonly<Record<string, () => Promise<{ privateKey: KeyObject }>>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: () => generate('rsa', { modulusLength: 2048 }),
};

const context = (kid: string) => `signingKey.${kid}.sealedPrivateKey`;

/** The issuer's keys: generated once for all replicas, sealed in the database, public halves derived from the unsealed ones. */
export class SigningKeys extends VerificationKeys implements PublicKeys {
  private readonly pairs = new Map<string, SigningKeyPair>();
  private readonly newest = new Map<string, SigningKeyPair>();
  private published: { keys: JWK[] } = { keys: [] };

  constructor(
    private readonly store: SigningKeyStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Loads the keys, and makes the first of each algorithm. @throws when a key does not open under the secrets. */
  async load(): Promise<void> {
    let stored = await this.store.list();
    const missing = Object.keys(GENERATORS).filter((alg) => !stored.some((key) => key.alg === alg));
    if (missing.length > 0) {
      await Promise.all(missing.map((alg) => this.create(alg, 1)));
      stored = await this.store.list();
    }
    for (const key of stored) await this.add(key);
    this.published = { keys: [...this.pairs.values()].map(({ jwk }) => jwk) };
  }

  find(kid: string): VerificationKey | null {
    return this.pairs.get(kid) ?? null;
  }

  /** The key that signs with this algorithm now. */
  signing(alg: string): SigningKeyPair {
    const pair = this.newest.get(alg);
    if (!pair) throw new Error(`There is no signing key for ${alg}.`);
    return pair;
  }

  jwks(): { keys: JWK[] } {
    return this.published;
  }

  private async create(alg: string, generation: number): Promise<void> {
    const pair = await GENERATORS[alg]?.();
    if (!pair) throw new Error(`No key can be generated for ${alg}.`);
    const publicDer = createPublicKey(pair.privateKey).export({ type: 'spki', format: 'der' });
    const kid = createHash('sha256').update(publicDer).digest('base64url').slice(0, 16);
    const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
    const sealedPrivateKey = this.secrets.seal(PURPOSE, context(kid), pkcs8);
    await this.store.insert(
      { kid, alg, sealedPrivateKey, createdAt: new Date(this.clock.now()) },
      generation,
    );
  }

  private async add({ kid, alg, sealedPrivateKey }: StoredSigningKey): Promise<void> {
    const pkcs8 = this.secrets.open(PURPOSE, context(kid), sealedPrivateKey);
    if (!pkcs8)
      throw new Error(
        'The signing keys in the database were sealed under another secret: set MCP_AUTH_SECRET to the one this database was started with.',
      );
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const key = createPublicKey(privateKey);
    const jwk = { ...(await exportJWK(key)), kid, alg, use: 'sig' };
    const pair = { kid, alg, key, privateKey, jwk };
    this.pairs.set(kid, pair);
    if (!this.newest.has(alg)) this.newest.set(alg, pair);
  }
}
