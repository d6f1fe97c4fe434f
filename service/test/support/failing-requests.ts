import { randomBytes } from 'node:crypto';
import { encode } from '../../../test/support/browser.js';
import type { Standalone } from './standalone.js';

let hosts = 0;
/** An address that nobody has come from yet. */
export const newAddress = () => `198.51.100.${(hosts += 1)}`;

export interface Attempt {
  service: Standalone;
  clientId: string;
  address: string;
  grantType?: string;
}

/** A token request that cannot succeed. */
export async function fail({ service, clientId, address, grantType = 'refresh_token' }: Attempt) {
  const response = await fetch(`${service.origin}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': address },
    body: encode({
      client_id: clientId,
      grant_type: grantType,
      refresh_token: 'unknown',
      code: 'unknown',
      code_verifier: 'x'.repeat(43),
    }),
  });
  const { error } = (await response.json()) as { error: string };
  return { status: response.status, error, retryAfter: response.headers.get('retry-after') };
}

export async function failTimes(count: number, attempt: Attempt) {
  const answers = [];
  for (let index = 0; index < count; index++) answers.push((await fail(attempt)).error);
  return new Set(answers);
}

export const SECRET = randomBytes(32).toString('base64');
export const LIMITED = {
  MCP_AUTH_RATE_LIMIT: 'on',
  MCP_AUTH_TRUST_PROXY: 'loopback',
  MCP_AUTH_SECRET: SECRET,
};
