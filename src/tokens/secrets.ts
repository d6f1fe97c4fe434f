import { createHmac } from 'node:crypto';
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
      try {
        return open(key, context, sealed);
      } catch {
        continue;
      }
    }
    return null;
  }

  /** HMAC-SHA-256 in base64url under the current key of the purpose. */
  authenticate(purpose: string, message: string): string {
    return createHmac('sha256', this.current(purpose)).update(message).digest('base64url');
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
