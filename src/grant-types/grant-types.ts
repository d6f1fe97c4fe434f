import type { Type } from '@nestjs/common';
import { UnsupportedGrantTypeError } from '../oauth/errors.js';
import { Registry } from '../oauth/registry.js';
import { AuthorizationCodeGrantType } from './authorization-code.grant-type.js';
import { ClientCredentialsGrantType } from './client-credentials.grant-type.js';
import { DeviceCodeGrantType } from './device-code.grant-type.js';
import { JwtBearerGrantType } from './jwt-bearer.grant-type.js';
import type { GrantType } from './grant-type.js';
import { RefreshTokenGrantType } from './refresh-token.grant-type.js';
import { TokenExchangeGrantType } from './token-exchange.grant-type.js';

/** In the order in which the metadata names them. */
export const GRANT_TYPES: readonly Type<GrantType>[] = [
  AuthorizationCodeGrantType,
  RefreshTokenGrantType,
  DeviceCodeGrantType,
  ClientCredentialsGrantType,
  JwtBearerGrantType,
  TokenExchangeGrantType,
];

/** The grant types of the token endpoint: those that the options ask for. */
export class GrantTypes extends Registry<GrantType> {
  constructor(all: readonly GrantType[]) {
    super(all.filter(({ isOn }) => isOn));
  }

  /** The names of those that a client may register for. */
  get open(): string[] {
    return this.all.filter(({ isOpen }) => isOpen).map(({ name }) => name);
  }

  /** The profiles of all of them. */
  get profiles(): string[] {
    return this.all.flatMap(({ profiles = [] }) => profiles);
  }

  /** The names of those of a client that says nothing of them. */
  get usual(): string[] {
    return this.all.filter(({ isOpen, isByName }) => isOpen && !isByName).map(({ name }) => name);
  }

  /** Null when there is none of this name. */
  named(name: string | undefined): GrantType | null {
    return this.all.find((candidate) => candidate.name === name) ?? null;
  }

  /** @throws UnsupportedGrantTypeError when there is none of this name. */
  find(name: string): GrantType {
    const grantType = this.named(name);
    if (!grantType) throw new UnsupportedGrantTypeError('The grant type is not supported.');
    return grantType;
  }
}
