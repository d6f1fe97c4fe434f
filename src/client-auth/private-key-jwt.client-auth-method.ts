import { Injectable } from '@nestjs/common';
import { decodeJwt, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidClientError } from '../oauth/errors.js';
import { digest } from '../oauth/opaque-token.js';
import type { TokenRequest } from '../oauth/token-request.js';
import { ReplayStore } from '../persistence/replay.store.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { ClientKeys } from './client-keys.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Asymmetric ones alone: whoever may check an assertion must not be able to make one. */
export const ASSERTION_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA', 'Ed25519'];
/** Seconds by which a client's clock may be off. */
const CLOCK_TOLERANCE = 10;
/** Seconds an assertion may live. */
const LONGEST_LIFE = 300;
const LONGEST_ASSERTION = 8_192;
const LONGEST_ID = 500;

/** An assertion signed with the client's private key (RFC 7523 §2.2, §3; OpenID Connect Core §9). */
@Injectable()
export class PrivateKeyJwt implements ClientAuthMethod {
  readonly name = 'private_key_jwt';

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: ClientKeys,
    private readonly replays: ReplayStore,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidClientError for what is no assertion, or one of another type (RFC 7521 §4.2). */
  claimedClientId({ parameters }: TokenRequest): string | null {
    if (!parameters.has('client_assertion') && !parameters.has('client_assertion_type')) return null;
    const assertion = parameters.require('client_assertion');
    if (parameters.require('client_assertion_type') !== ASSERTION_TYPE)
      throw new InvalidClientError('The client_assertion_type is not supported.');
    const { sub } = assertion.length <= LONGEST_ASSERTION ? claims(assertion) : {};
    if (!sub) throw new InvalidClientError('The client_assertion is malformed.');
    return sub;
  }

  async verify({ parameters }: TokenRequest, client: OAuthClient): Promise<boolean> {
    const keys = this.keys.of(client);
    if (client.tokenEndpointAuthMethod !== this.name || !keys) return false;
    const payload = await this.signedClaims(parameters.require('client_assertion'), client.clientId, keys);
    return payload !== null && this.isFresh(payload) && this.isForUs(payload) && this.use(client, payload);
  }

  private async signedClaims(
    assertion: string,
    clientId: string,
    keys: JWTVerifyGetKey,
  ): Promise<JWTPayload | null> {
    const options = {
      issuer: clientId,
      subject: clientId,
      algorithms: ASSERTION_ALGORITHMS,
      requiredClaims: ['aud', 'exp', 'jti'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(this.clock.now()),
    };
    try {
      return (await jwtVerify(assertion, keys, options)).payload;
    } catch (error) {
      // Several keys and no `kid` that tells them apart.
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return null;
      for await (const key of error) {
        const verified = await jwtVerify(assertion, key, options).catch(() => null);
        if (verified) return verified.payload;
      }
      return null;
    }
  }

  private isFresh({ exp = 0, iat }: JWTPayload): boolean {
    const now = Math.floor(this.clock.now() / 1000);
    return exp <= now + LONGEST_LIFE && (iat === undefined || iat <= now + CLOCK_TOLERANCE);
  }

  /** RFC 7523 §3: meant for this server, and for no other that could replay it here. */
  private isForUs({ aud }: JWTPayload): boolean {
    const { issuer } = this.settings;
    const audiences = [aud ?? []].flat();
    return audiences.length > 0 && audiences.every((each) => each === issuer || each === `${issuer}/token`);
  }

  /** RFC 7523 §3, `jti`: once, on all replicas together. */
  private async use({ clientId }: OAuthClient, { jti, exp = 0 }: JWTPayload): Promise<boolean> {
    if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID) return false;
    const forgotten = new Date((exp + CLOCK_TOLERANCE + 1) * 1000);
    return this.replays.use(digest(`${clientId}\n${jti}`), forgotten);
  }
}

function claims(assertion: string): JWTPayload {
  try {
    return decodeJwt(assertion);
  } catch {
    return {};
  }
}
