import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, open, seal } from './sealing.js';

/** Keys derived from the configured secrets, one per purpose: the first secret seals, all of them open. */
export class Secrets {
  private readonly keys = new Map<string, Buffer[]>();

  constructor(private readonly secrets: readonly Buffer[]) {}

  seal(purpose: string, context: string, plaintext: Buffer): Buffer {
    return seal(this.current(purpose), context, plaintext);
  }

  /** Null when no configured secret opens it. */
  open(purpose: string, context: string, sealed: Buffer): Buffer | null {
    for (const key of this.all(purpose)) {
      const plaintext = tryOpen(key, context, sealed);
      if (plaintext) return plaintext;
    }
    return null;
  }

  /** The same under the first secret; null when that one opens it already, or none does. */
  reseal(purpose: string, context: string, sealed: Buffer): Buffer | null {
    if (tryOpen(this.current(purpose), context, sealed)) return null;
    const plaintext = this.open(purpose, context, sealed);
    return plaintext && this.seal(purpose, context, plaintext);
  }

  /** HMAC-SHA-256 in base64url under the first secret. */
  authenticate(purpose: string, message: string): string {
    return authenticate(this.current(purpose), message);
  }

  /** The same under each of them: one is what a replica with another first secret has written. */
  authenticateAll(purpose: string, message: string): string[] {
    return this.all(purpose).map((key) => authenticate(key, message));
  }

  /** Whether any of the secrets gives this HMAC for the message; in constant time. */
  verify(purpose: string, message: string, mac: string): boolean {
    const presented = Buffer.from(mac);
    const matches = this.all(purpose).filter((key) => {
      const expected = Buffer.from(authenticate(key, message));
      return expected.length === presented.length && timingSafeEqual(expected, presented);
    });
    return matches.length > 0;
  }

  /** Makes and checks the HMACs of one purpose. */
  macs(purpose: string) {
    return {
      authenticate: (message: string) => this.authenticate(purpose, message),
      verify: (message: string, mac: string) => this.verify(purpose, message, mac),
    };
  }

  private current(purpose: string): Buffer {
    const [key] = this.all(purpose);
    if (!key) throw new Error('No secret is configured: set MCP_AUTH_SECRET.');
    return key;
  }

  private all(purpose: string): readonly Buffer[] {
    const known = this.keys.get(purpose);
    if (known) return known;
    const keys = this.secrets.map((secret) => deriveKey(secret, purpose));
    this.keys.set(purpose, keys);
    return keys;
  }
}

function tryOpen(key: Buffer, context: string, sealed: Buffer): Buffer | null {
  try {
    return open(key, context, sealed);
  } catch {
    return null;
  }
}

function authenticate(key: Buffer, message: string): string {
  return createHmac('sha256', key).update(message).digest('base64url');
}
