import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { TestService } from './app.js';
import { type Json, OAuthTestClient } from './oauth-client.js';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
export const publicJwk = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' });
export const proof = (assertion: string) => ({
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: assertion,
});

/** A client that proves itself with assertions, signed by its key `one`. */
export class AssertingClient extends OAuthTestClient {
  readonly key = ec();

  override register(metadata: Json = {}): Promise<this> {
    return super.register({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [{ ...publicJwk(this.key), kid: 'one' }] },
      ...metadata,
    });
  }

  /** Seconds, by the clock of the service. */
  now(): number {
    return Math.floor(this.service.clock.now() / 1000);
  }

  claims(overrides: JWTPayload = {}): JWTPayload {
    const { client_id: id } = this.credentials;
    const now = this.now();
    const times = { iat: now, exp: now + 60 };
    return { iss: id, sub: id, aud: this.service.issuer, jti: randomUUID(), ...times, ...overrides };
  }

  sign(payload = this.claims(), signer: KeyObject = this.key): Promise<string> {
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(signer);
  }

  /** The answer to a refresh with a token that nobody has: `invalid_grant` says that the client was authenticated. */
  present(assertion: string, service?: TestService) {
    const fields = { grant_type: 'refresh_token', refresh_token: 'unknown', ...proof(assertion) };
    return this.token(fields, { service });
  }
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same JWS in another spelling: four bits of the last character of 64 bytes mean nothing (RFC 4648 §3.5). */
export function withStrayBits(jws: string): string {
  return `${jws.slice(0, -1)}${BASE64URL.charAt(BASE64URL.indexOf(jws.slice(-1)) + 1)}`;
}
