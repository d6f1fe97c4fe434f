import { Injectable } from '@nestjs/common';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidRequestError, InvalidTargetError } from '../oauth/errors.js';
import type { Parameters } from '../oauth/parameters.js';
import { parseScope } from '../oauth/scope.js';
import type { TokenResponse } from '../oauth/token-request.js';
import { TOKEN_TYPE } from '../oauth/token-type.js';
import type { GrantType } from './grant-type.js';
import type { ExchangeRequest } from './token-exchange.js';
import { TokenExchanges } from './token-exchanges.js';

/** RFC 8693 §2: one token for another. Which exchange it is, the types of the two tokens say. */
@Injectable()
export class TokenExchangeGrantType implements GrantType {
  readonly name = 'urn:ietf:params:oauth:grant-type:token-exchange';
  readonly isOn: boolean;
  readonly isOpen = false;
  readonly repeatable = ['resource', 'audience'];

  constructor(private readonly exchanges: TokenExchanges) {
    this.isOn = exchanges.all.length > 0;
  }

  async exchange(
    parameters: Parameters,
    client: OAuthClient,
    keyThumbprint: string | null,
  ): Promise<TokenResponse> {
    const request = read(this.name, parameters);
    // RFC 8693 §2.1: what is issued when nothing is asked for is for the server to say.
    const requested = parameters.get('requested_token_type') ?? TOKEN_TYPE.accessToken;
    const exchange = this.exchanges.find(request.subjectTokenType, requested);
    const answer = await exchange.exchange(request, client, keyThumbprint);
    return { ...answer, issued_token_type: exchange.issues };
  }
}

/** @throws InvalidRequestError, InvalidTargetError */
function read(grantType: string, parameters: Parameters): ExchangeRequest {
  const scopes = parseScope(parameters.get('scope'));
  const request = {
    grantType,
    subjectToken: parameters.require('subject_token'),
    subjectTokenType: parameters.require('subject_token_type'),
    scopes: scopes.length === 0 ? null : scopes,
  };
  // RFC 8693 §1.1: who acts is the client, which has proved who it is.
  if (parameters.has('actor_token') || parameters.has('actor_token_type'))
    throw new InvalidRequestError('An actor_token is not taken: the client that authenticates is the actor.');
  const [resource = null, ...resources] = parameters.getAll('resource');
  const [audience = null, ...audiences] = parameters.getAll('audience');
  // RFC 8693 §2.2.2.
  if (resources.length > 0 || audiences.length > 0)
    throw new InvalidTargetError('A request may name one resource and one audience.');
  return { ...request, resource, audience };
}
