const SECRET_BYTES = 32;

/** The bytes of a secret in base64 or hex; null for one that is not at least 32 random bytes. */
export function decodeSecretText(text: string): Buffer | null {
  const bytes = /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text);
  return isBase64 && bytes.length >= SECRET_BYTES && new Set(bytes).size >= 8 ? bytes : null;
}
