import { hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey } from './sealing.js';

describe('deriveKey', () => {
  it.each([0, 1, 32, 43, 64, 65, 200])(
    'derives what HKDF does from a secret of %i bytes (RFC 5869 §2)',
    (length) => {
      const secret = randomBytes(length);
      const derived = Buffer.from(hkdfSync('sha256', secret, '', 'nestjs-mcp-auth/refresh-successor', 32));
      expect(deriveKey(secret, 'refresh-successor')).toEqual(derived);
    },
  );
});
