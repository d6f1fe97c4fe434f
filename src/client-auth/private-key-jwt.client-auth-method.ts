import { Injectable } from '@nestjs/common';
import { readAssertion } from '../assertions/assertion-claims.js';
import { AssertionVerifier } from '../assertions/assertion-verifier.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidClientError } from '../oauth/errors.js';
import type { TokenRequest } from '../oauth/token-request.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { ClientKeys } from './client-keys.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** draft-ietf-oauth-rfc7523bis §4, and what came before. */
const TYPES = ['client-authentication+jwt', 'jwt'];

/** An assertion signed with the client's private key (RFC 7523 §2.2, §3; OpenID Connect Core §9). */
@Injectable()
export class PrivateKeyJwt implements ClientAuthMethod {
  readonly name = 'private_key_jwt';

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly keys: ClientKeys,
    private readonly verifier: AssertionVerifier,
  ) {}

  /** @throws InvalidClientError for what is no assertion, or one of another type (RFC 7521 §4.2). */
  claimedClientId({ parameters }: TokenRequest): string | null {
    if (!parameters.has('client_assertion') && !parameters.has('client_assertion_type')) return null;
    const assertion = parameters.require('client_assertion');
    if (parameters.require('client_assertion_type') !== ASSERTION_TYPE)
      throw new InvalidClientError('The client_assertion_type is not supported.');
    const claims = readAssertion(assertion);
    if (!claims) throw new InvalidClientError('The client_assertion is malformed.');
    return claims.sub;
  }

  async verify({ parameters, address }: TokenRequest, client: OAuthClient): Promise<boolean> {
    const keys = this.keys.of(client, address);
    if (client.tokenEndpointAuthMethod !== this.name || !keys) return false;
    const claims = await this.verifier.verify(parameters.require('client_assertion'), {
      issuer: client.clientId,
      subject: client.clientId,
      audiences: this.settings.assertionAudiences,
      types: TYPES,
      keys,
      address,
    });
    return claims !== null;
  }
}
