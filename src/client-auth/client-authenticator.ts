import { Injectable } from '@nestjs/common';
import { ClientRegistry } from '../clients/client-registry.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import type { RateLimitedEndpoint } from '../host/rate-limiter.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidClientError, InvalidRequestError } from '../oauth/errors.js';
import { isStorable } from '../oauth/storable-text.js';
import type { TokenRequest } from '../oauth/token-request.js';
import type { ClientAuthMethod } from './client-auth-method.js';
import { ClientAuthMethods } from './client-auth-methods.js';

/** Finds out which client sends a request, and that it is that client (RFC 6749 §2.3, §3.2.1). */
@Injectable()
export class ClientAuthenticator {
  constructor(
    private readonly methods: ClientAuthMethods,
    private readonly clients: ClientRegistry,
    private readonly limits: HostRateLimiter,
  ) {}

  /**
   * A failure counts for the client and the address together, so that nobody pays for what others do with their own
   * client, or with one that there is not. What is proved is never refused for the failures of others: a secret has 256
   * random bits, and to compare it costs less than to refuse.
   * @param repeatable parameters that may be sent more than once.
   * @throws TooManyRequestsError instead of the next two when this client was claimed in vain too often from this address.
   * @throws InvalidRequestError for two methods in one request (RFC 6749 §2.3), or for two client ids.
   * @throws InvalidClientError for everything else, alike for an unknown client and a wrong secret.
   */
  async authenticate(
    request: TokenRequest,
    endpoint: RateLimitedEndpoint,
    ...repeatable: string[]
  ): Promise<OAuthClient> {
    const { address } = request;
    let client: OAuthClient | null = null;
    try {
      request.parameters.refuseRepeated(...repeatable);
      const { method, clientId } = this.claim(request);
      client = await this.clients.find(clientId, address);
      if (!client || client.disabled || !(await method.verify(request, client))) throw this.refusal(request);
      return client;
    } catch (error) {
      const asking = { clientId: client?.clientId ?? null, address, proven: false };
      await this.limits.countFault(endpoint, asking, error);
      throw error;
    }
  }

  /** The client that the request says it is, which proves nothing; null when it names none or several. */
  claimedClientId(request: TokenRequest): string | null {
    try {
      const named = new Set([
        ...this.methods.all.map((method) => method.claimedClientId(request)),
        ...request.parameters.getAll('client_id'),
      ]);
      named.delete(null);
      const [clientId = null] = named;
      return named.size === 1 && clientId !== null && isStorable(clientId) ? clientId : null;
    } catch {
      return null;
    }
  }

  private claim(request: TokenRequest): { method: ClientAuthMethod; clientId: string } {
    const used = this.methods.all.flatMap((method) => {
      const clientId = method.claimedClientId(request);
      return clientId === null ? [] : [{ method, clientId }];
    });
    if (used.length > 1) throw new InvalidRequestError('The request uses two client authentication methods.');
    const [claim] = used;
    if (!claim) throw this.refusal(request, 'The request names no client.');
    const named = request.parameters.get('client_id');
    if (named !== undefined && named !== claim.clientId)
      throw new InvalidRequestError('The request names two different clients.');
    return claim;
  }

  // RFC 6749 §5.2: a client that used the Authorization header is answered with the matching challenge.
  private refusal({ headers }: TokenRequest, description?: string): InvalidClientError {
    return new InvalidClientError(description, {
      headers: headers.authorization === undefined ? {} : { 'WWW-Authenticate': 'Basic realm="token"' },
    });
  }
}
