import { Logger } from '@nestjs/common';
import { JOSENotSupported, JWKSNoMatchingKey } from 'jose/errors';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import { KeyObject } from 'node:crypto';
import { isLoopbackHost } from '../oauth/loopback.js';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { fetchIssuerMetadata, reason, WrongMetadataError } from './issuer-metadata.js';
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
      if (error instanceof JWKSNoMatchingKey || error instanceof JOSENotSupported) return null;
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
    const { jwks_uri: uri } = await fetchIssuerMetadata(this.issuer);
    if (typeof uri !== 'string' || !URL.canParse(uri))
      throw new WrongMetadataError('its metadata names no jwks_uri.');
    const url = new URL(uri);
    if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
      throw new WrongMetadataError('the jwks_uri of its metadata must use https.');
    return url;
  }
}
