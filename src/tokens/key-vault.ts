import { Injectable } from '@nestjs/common';
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import type { SealedSigningKey } from '../persistence/signing-key.store.js';
import { Secrets } from './secrets.js';

const PURPOSE = 'signing-key';

const generate = promisify(generateKeyPair);

const GENERATORS: Readonly<Record<SigningAlgorithm, () => Promise<{ privateKey: KeyObject }>>> = {
  ES256: () => generate('ec', { namedCurve: 'P-256' }),
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  PS256: () => generate('rsa', { modulusLength: 2048 }),
  EdDSA: () => generate('ed25519', {}),
};

/** A signing key out of its seal; the public half is derived from the private one. */
export interface KeyMaterial {
  readonly privateKey: KeyObject;
  readonly key: KeyObject;
  readonly jwk: JWK;
}

const context = (kid: string) => `signingKey.${kid}.sealedPrivateKey`;

/** Makes signing keys, seals them for the database, and opens them again. */
@Injectable()
export class KeyVault {
  constructor(private readonly secrets: Secrets) {}

  async make(alg: SigningAlgorithm): Promise<SealedSigningKey> {
    const { privateKey } = await GENERATORS[alg]();
    const publicDer = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
    const kid = createHash('sha256').update(publicDer).digest('base64url').slice(0, 16);
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    return { kid, alg, sealedPrivateKey: this.secrets.seal(PURPOSE, context(kid), pkcs8) };
  }

  /** Null when no configured secret opens it. */
  open({ kid, alg, sealedPrivateKey }: SealedSigningKey): KeyMaterial | null {
    const pkcs8 = this.secrets.open(PURPOSE, context(kid), sealedPrivateKey);
    if (!pkcs8) return null;
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const key = createPublicKey(privateKey);
    return { privateKey, key, jwk: { ...(key.export({ format: 'jwk' }) as JWK), kid, alg, use: 'sig' } };
  }

  /** The key sealed under the first secret; null when it is already. */
  reseal({ kid, sealedPrivateKey }: SealedSigningKey): Buffer | null {
    return this.secrets.reseal(PURPOSE, context(kid), sealedPrivateKey);
  }
}
