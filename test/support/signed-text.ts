import { type KeyObject, sign } from 'node:crypto';

/** A JWS of these texts as they are, which is signed for real, by ES256: nothing but what they say is wrong with it. */
export function signedText(header: string, payload: string, key: KeyObject): string {
  const signed = [header, payload].map((text) => Buffer.from(text).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/** A good JWS with other texts, signed anew. */
export function resigned(
  jws: string,
  key: KeyObject,
  change: { header?: (text: string) => string; payload?: (text: string) => string },
): string {
  const [header = '', payload = ''] = jws
    .split('.', 2)
    .map((part) => Buffer.from(part, 'base64url').toString());
  return signedText(change.header?.(header) ?? header, change.payload?.(payload) ?? payload, key);
}
