import { Logger } from '@nestjs/common';
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
  private readonly logger = new Logger(RemoteVerificationKeys.name);
  private keySet: Promise<KeySet> | undefined;
  /** What was said last of why there are none. */
  private complaint: string | null = null;

  constructor(private readonly issuer: string) {
    super();
  }

  async find(kid: string, alg: string): Promise<VerificationKey | null> {
    try {
      this.keySet ??= this.discover();
      const key = await (await this.keySet)({ kid, alg });
      this.complaint = null;
      return { kid, alg, key: key instanceof KeyObject ? key : KeyObject.from(key) };
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JOSENotSupported) return null;
      this.complain(error);
      throw new TemporarilyUnavailableError('The keys of the authorization server are out of reach.', {
        cause: error,
      });
    }
  }

  /** Says why calls are answered with 503: once, and again when it is something else or has been well in between. */
  private complain(error: unknown): void {
    const complaint = `No token of ${this.issuer} can be verified: ${reason(error)}`;
    if (complaint === this.complaint) return;
    this.complaint = complaint;
    this.logger.error(complaint);
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
        problem ??= new Error(`${place} answers ${response.status}.`);
      } catch (error) {
        // What metadata says of itself tells more than what is not to be found elsewhere.
        if (error instanceof WrongMetadataError) throw error;
        problem ??= new Error(`${place} is out of reach: ${reason(error)}`, { cause: error });
      }
    }
    throw problem;
  }

  private read({ issuer, jwks_uri: uri }: Record<string, unknown>): URL {
    // RFC 8414 §3.3: metadata of another issuer must not be used.
    if (issuer !== this.issuer)
      throw new WrongMetadataError(
        `its metadata is that of the issuer ${String(issuer)}; set \`issuer\` to exactly that, if it is the one you mean.`,
      );
    if (typeof uri !== 'string' || !URL.canParse(uri))
      throw new WrongMetadataError('its metadata names no jwks_uri.');
    const url = new URL(uri);
    if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
      throw new WrongMetadataError('the jwks_uri of its metadata must use https.');
    return url;
  }
}

/** Metadata that must not be used. */
class WrongMetadataError extends Error {}

/** What is wrong, with what `fetch` keeps to itself. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
