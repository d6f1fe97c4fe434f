import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { InvalidClientMetadataError } from './errors.js';

const MOST_KEYS = 20;
const SHORTEST_MODULUS = 2_048;
/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: what only the owner of a key may know. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** What tells keys apart (RFC 7517 §4); every other member is what the key is made of, or ignored. */
const LABELS = ['kid', 'alg', 'use'] as const;
const LABEL = /^[\x20-\x7E]{1,200}$/;

/**
 * The public keys of a client, or of another issuer (RFC 7517 §5), less what assertions cannot be checked with.
 * @throws InvalidClientMetadataError for what is no such set, and for private or weak keys.
 */
export function readJwks(jwks: unknown): { keys: JsonWebKey[] } {
  if (typeof jwks !== 'object' || jwks === null || !('keys' in jwks) || !Array.isArray(jwks.keys))
    throw new InvalidClientMetadataError('jwks must be an object with an array of keys.');
  const keys: unknown[] = jwks.keys;
  if (keys.length === 0 || keys.length > MOST_KEYS)
    throw new InvalidClientMetadataError(`jwks must hold 1 to ${MOST_KEYS} keys.`);
  return { keys: keys.map(readKey) };
}

/** The same for keys that options give. @param complain makes the error of what is wrong with them. */
export function configuredJwks(jwks: unknown, complain: (problem: string) => Error): { keys: JsonWebKey[] } {
  try {
    return readJwks(jwks);
  } catch (error) {
    if (!(error instanceof InvalidClientMetadataError)) throw error;
    throw complain(`has keys that cannot be used: ${error.description.replace(/\.$/, '')}`);
  }
}

function readKey(key: unknown): JsonWebKey {
  if (typeof key !== 'object' || key === null)
    throw new InvalidClientMetadataError('A key of jwks must be an object.');
  if (PRIVATE_MEMBERS.some((member) => member in key))
    throw new InvalidClientMetadataError('jwks must hold public keys alone.');
  const labels = LABELS.flatMap((name): [string, string][] => {
    const label = (key as JsonWebKey)[name];
    return typeof label === 'string' && LABEL.test(label) ? [[name, label]] : [];
  });
  return { ...publicKey(key), ...Object.fromEntries(labels) };
}

function publicKey(key: object): JsonWebKey {
  try {
    const parsed = createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
    const { modulusLength = SHORTEST_MODULUS } = parsed.asymmetricKeyDetails ?? {};
    if (modulusLength >= SHORTEST_MODULUS) return parsed.export({ format: 'jwk' });
  } catch (error) {
    throw new InvalidClientMetadataError('A key of jwks cannot be read.', { cause: error });
  }
  throw new InvalidClientMetadataError(`An RSA key of jwks must have at least ${SHORTEST_MODULUS} bits.`);
}
