import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from '../oauth/access-token.js';
import type { VerificationKey, VerificationKeys } from '../verification/verification-keys.js';

const ALGORITHM = 'ES256';

/** A key that signs tokens of one test, and that nobody has ever published. */
export class TestKey {
  private readonly kid = `test-${randomUUID()}`;
  private readonly privateKey: KeyObject;
  private readonly verificationKey: VerificationKey;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.privateKey = privateKey;
    this.verificationKey = { kid: this.kid, alg: ALGORITHM, key: publicKey };
  }

  /** Makes it one of these keys, beside those that they have. */
  addTo(keys: VerificationKeys): void {
    const find = keys.find.bind(keys);
    keys.find = (kid, alg) => (kid === this.kid ? this.verificationKey : find(kid, alg));
  }

  /** RFC 9068 §2. */
  sign(claims: AccessTokenClaims): string {
    const header = { alg: ALGORITHM, kid: this.kid, typ: ACCESS_TOKEN_TYPE };
    const signed = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('sha256', Buffer.from(signed), {
      key: this.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  }
}
