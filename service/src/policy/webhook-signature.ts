import { createHmac } from 'node:crypto';

/** The headers of a signed message (Standard Webhooks 1.0, "Signature scheme"). */
export function signedHeaders(id: string, now: number, body: string, key: Buffer): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
