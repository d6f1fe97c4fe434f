import { createRemoteJWKSet, errors } from 'jose';
import { KeyObject } from 'node:crypto';
import { isLoopbackHost } from '../oauth/loopback.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { type VerificationKey, VerificationKeys } from './verification-keys.js';

/** Milliseconds. */
const TIMEOUT = 3_000;
/** An unknown key id makes the keys be fetched again, at most this often. */
const COOLDOWN = 30_000;
const MAX_AGE = 300_000;

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/**
 * The keys of an issuer in another process, found through its metadata (RFC 8414 §3, OpenID Connect Discovery 1.0 §4)
 * when they are first needed: nothing is fetched while the application starts.
 */
export class RemoteVerificationKeys extends VerificationKeys {
  private keySet: Promise<KeySet> | undefined;

  constructor(private readonly issuer: string) {
    super();
  }

  async find(kid: string, alg: string): Promise<VerificationKey | null> {
    try {
      this.keySet ??= this.discover();
      const key = await (await this.keySet)({ kid, alg });
      return { kid, alg, key: key instanceof KeyObject ? key : KeyObject.from(key) };
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported) return null;
      throw new TemporarilyUnavailableError('The keys of the authorization server are out of reach.', {
        cause: error,
      });
    }
  }

  private async discover(): Promise<KeySet> {
    try {
      const uri = await this.keysUri();
      return createRemoteJWKSet(uri, {
        timeoutDuration: TIMEOUT,
        cooldownDuration: COOLDOWN,
        cacheMaxAge: MAX_AGE,
      });
    } catch (error) {
      this.keySet = undefined;
      throw error;
    }
  }

  private async keysUri(): Promise<URL> {
    const { origin, pathname } = new URL(this.issuer);
    const path = pathname === '/' ? '' : pathname;
    const places = [
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${origin}/.well-known/openid-configuration${path}`,
      `${origin}${path}/.well-known/openid-configuration`,
    ];
    let problem: unknown;
    for (const place of new Set(places)) {
      try {
        const response = await fetch(place, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
        if (response.ok) return this.read((await response.json()) as Record<string, unknown>);
        problem = new Error(`${place} answers ${response.status}.`);
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  private read({ issuer, jwks_uri: uri }: Record<string, unknown>): URL {
    // RFC 8414 §3.3: metadata of another issuer must not be used.
    if (issuer !== this.issuer) throw new Error(`The metadata is for the issuer ${String(issuer)}.`);
    if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('The metadata names no jwks_uri.');
    const url = new URL(uri);
    if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
      throw new Error('The jwks_uri must use https.');
    return url;
  }
}
