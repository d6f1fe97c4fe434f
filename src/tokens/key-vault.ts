import { Injectable } from '@nestjs/common';
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import type { SealedSigningKey } from '../persistence/signing-key.store.js';
import { Secrets } from './secrets.js';

const PURPOSE = 'signing-key';
/** The form in which this version seals, and the only one that it can open. */
const SEAL_FORMAT = 1;

const OTHER_SECRET =
  'The signing keys in the database were sealed under another secret: set MCP_AUTH_SECRET to the one this database was started with.';
const LATER_VERSION =
  'The signing keys in the database were sealed by a later version, in a form that this one does not know: start that version.';

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

/** A sealed key, and in which form it is sealed: the first, where the schema is too old to say. */
type FormattedKey = SealedSigningKey & { sealFormat?: number };

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

  /** Null when no configured secret opens it, or it is sealed in a form of a later version. */
  open(key: FormattedKey): KeyMaterial | null {
    const { kid, alg, sealedPrivateKey } = key;
    if (isOfLaterVersion(key)) return null;
    const pkcs8 = this.secrets.open(PURPOSE, context(kid), sealedPrivateKey);
    if (!pkcs8) return null;
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(privateKey);
    const jwk = publicKey.export({ format: 'jwk' }) as JWK;
    return { privateKey, key: publicKey, jwk: { ...jwk, kid, alg, use: 'sig' } };
  }

  /** Why a key does not open, in one sentence that says what to change. */
  obstacle(key: FormattedKey): string {
    return isOfLaterVersion(key) ? LATER_VERSION : OTHER_SECRET;
  }

  /** The key sealed under the first secret; null when it is already. */
  reseal({ kid, sealedPrivateKey }: SealedSigningKey): Buffer | null {
    return this.secrets.reseal(PURPOSE, context(kid), sealedPrivateKey);
  }
}

function isOfLaterVersion({ sealFormat = SEAL_FORMAT }: FormattedKey): boolean {
  return sealFormat !== SEAL_FORMAT;
}
