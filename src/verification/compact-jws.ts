import { hasRepeatedNames } from '../oauth/repeated-names.js';

/** A JWS in its compact form (RFC 7515 §7.1), before anybody knows whether it is good. */
export interface CompactJws {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** What the signature is for (RFC 7515 §5.1). */
  signed: string;
  signature: Buffer;
}

/**
 * Takes a JWS apart; null for what is none. Each has exactly one spelling: base64url without padding, foreign
 * characters or stray bits (RFC 7515 §2, RFC 4648 §3.5), so that nobody can make others of a good one.
 */
export function decodeCompactJws(jws: string): CompactJws | null {
  const [header, claims, signature, ...rest] = jws.split('.');
  if (!header || !claims || !signature || rest.length > 0) return null;
  const parts = { header: parseObject(header), claims: parseObject(claims), signature: decode(signature) };
  if (!parts.header || !parts.claims || !parts.signature) return null;
  return { ...parts, signed: `${header}.${claims}` } as CompactJws;
}

/** The same for one that somebody else wrote: no name stands in it twice, or two parsers could read two things in it. */
export function decodeForeignJws(jws: string): CompactJws | null {
  const decoded = decodeCompactJws(jws);
  const texts = decoded?.signed.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return texts?.some(hasRepeatedNames) ? null : decoded;
}

/** The claims alone; null for what is no JWS. */
export function decodeClaims(jws: string): Record<string, unknown> | null {
  const [, claims = ''] = jws.split('.', 2);
  return parseObject(claims);
}

/** The header's `typ` as it is compared (RFC 7515 §4.1.9); empty for none. */
export function mediaType({ typ }: Record<string, unknown>): string {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
}

function decode(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : null;
}

function parseObject(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(decode(part)?.toString() ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
