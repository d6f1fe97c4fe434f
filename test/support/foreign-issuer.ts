import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { TestClock } from './clock.js';
import { DocumentServer } from './document-server.js';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export type Claims = Record<string, unknown>;

/** How an assertion is made; what is not given is right. */
export interface Making {
  /** Overrides; undefined leaves a claim out. */
  claims?: Claims;
  header?: Claims;
  key?: KeyObject;
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Somebody else who signs assertions, with metadata and keys on loopback. */
export class ForeignIssuer {
  readonly key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  readonly jwks = {
    keys: [{ ...createPublicKey(this.key).export({ format: 'jwk' }), kid: 'foreign', alg: 'ES256' }],
  };

  private constructor(
    readonly documents: DocumentServer,
    private readonly type: string | undefined,
    /** Seconds, as the assertions live. */
    readonly lifetime: number,
  ) {
    this.serve();
  }

  static async start(type?: string, lifetime = 300): Promise<ForeignIssuer> {
    return new ForeignIssuer(await DocumentServer.start(), type, lifetime);
  }

  get issuer(): string {
    return this.documents.origin;
  }

  serve(): void {
    const metadata = { issuer: this.issuer, jwks_uri: this.documents.url('/jwks') };
    this.documents.serve('/.well-known/openid-configuration', metadata);
    this.documents.serve('/jwks', this.jwks);
  }

  claims(clock: TestClock, overrides: Claims): Claims {
    const now = Math.floor(clock.now() / 1000);
    const times = { iat: now, exp: now + this.lifetime };
    const claims: Claims = { iss: this.issuer, jti: randomUUID(), ...times, ...overrides };
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  }

  sign(clock: TestClock, { claims = {}, header = {}, key = this.key }: Making): Promise<string> {
    const { alg = 'ES256', ...rest } = { kid: 'foreign', ...(this.type && { typ: this.type }), ...header };
    return new SignJWT(this.claims(clock, claims))
      .setProtectedHeader({ alg, ...rest })
      .sign(key, { crit: { x: true } });
  }

  /** Without a signature, or with one that everybody can make. */
  forge(clock: TestClock, claims: Claims, alg: 'none' | 'HS256'): string {
    const header = base64url({ alg, kid: 'foreign', ...(this.type && { typ: this.type }) });
    const signed = `${header}.${base64url(this.claims(clock, claims))}`;
    if (alg === 'none') return `${signed}.`;
    const secret = createPublicKey(this.key).export({ type: 'spki', format: 'pem' });
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  }

  close(): Promise<void> {
    return this.documents.close();
  }
}

/** What is wrong with claims, whatever the profile: by seconds since the epoch now. */
export const BAD_CLAIMS: [string, (now: number) => Claims][] = [
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti'].map((name): [string, () => Claims] => [
    `no ${name}`,
    () => ({ [name]: undefined }),
  ]),
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'nbf'].flatMap((name): [string, () => Claims][] => [
    [`an object as ${name}`, () => ({ [name]: {} })],
    [`null as ${name}`, () => ({ [name]: null })],
  ]),
  ...['iss', 'sub', 'aud', 'jti'].flatMap((name): [string, () => Claims][] => [
    [`a number as ${name}`, () => ({ [name]: 1 })],
    [`an empty ${name}`, () => ({ [name]: '' })],
    [`an oversized ${name}`, () => ({ [name]: 'x'.repeat(3_000) })],
    [`a NUL in ${name}`, () => ({ [name]: 'x\0' })],
  ]),
  ...['exp', 'iat'].map((name): [string, (now: number) => Claims] => [
    `text as ${name}`,
    (now) => ({ [name]: String(now) }),
  ]),
  ['an issuer that nobody trusts', () => ({ iss: 'https://elsewhere.example' })],
  ['another audience', () => ({ aud: 'https://elsewhere.example' })],
  ['no audience in an array', () => ({ aud: [] })],
  ['an end in the past', (now) => ({ exp: now - 60, iat: now - 120 })],
  ['an end in years', (now) => ({ exp: now + 100_000_000 })],
  ['a beginning in the future', (now) => ({ iat: now + 60 })],
  ['a time in the future', (now) => ({ nbf: now + 60 })],
  ['more than fits', () => ({ more: 'x'.repeat(10_000) })],
];
