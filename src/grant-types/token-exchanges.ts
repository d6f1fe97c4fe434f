import type { Type } from '@nestjs/common';
import { InvalidRequestError } from '../oauth/errors.js';
import { Registry } from '../oauth/registry.js';
import { DelegationExchange } from './delegation.token-exchange.js';
import { IdentityAssertionExchange } from './identity-assertion.token-exchange.js';
import type { TokenExchange } from './token-exchange.js';

/** One line for each kind of exchange. */
export const TOKEN_EXCHANGES: readonly Type<TokenExchange>[] = [
  DelegationExchange,
  IdentityAssertionExchange,
];

/** The exchanges of the token endpoint: those that the options ask for. */
export class TokenExchanges extends Registry<TokenExchange> {
  constructor(all: readonly TokenExchange[]) {
    super(all.filter(({ isOn }) => isOn));
  }

  /** What can be asked for, each once. */
  get issued(): string[] {
    return [...new Set(this.all.map(({ issues }) => issues))];
  }

  /** Those of them that are for other authorization servers. */
  get issuedForElsewhere(): string[] {
    return [...new Set(this.all.filter(({ isForElsewhere }) => isForElsewhere).map(({ issues }) => issues))];
  }

  /** @throws InvalidRequestError when nothing takes the one for the other. */
  find(subjectTokenType: string, requestedTokenType: string): TokenExchange {
    const issuing = this.all.filter(({ issues }) => issues === requestedTokenType);
    if (issuing.length === 0)
      throw new InvalidRequestError('Tokens of the requested_token_type are not issued here.');
    const exchange = issuing.find(({ takes }) => takes.includes(subjectTokenType));
    if (exchange) return exchange;
    throw new InvalidRequestError('Tokens of the subject_token_type are not exchanged for this one.');
  }
}
