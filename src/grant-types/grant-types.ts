import type { Type } from '@nestjs/common';
import { UnsupportedGrantTypeError } from '../oauth/errors.js';
import { Registry } from '../oauth/registry.js';
import { AuthorizationCodeGrantType } from './authorization-code.grant-type.js';
import type { GrantType } from './grant-type.js';
import { RefreshTokenGrantType } from './refresh-token.grant-type.js';

/** In the order in which the metadata names them. */
export const GRANT_TYPES: readonly Type<GrantType>[] = [AuthorizationCodeGrantType, RefreshTokenGrantType];

/** The grant types of the token endpoint. */
export class GrantTypes extends Registry<GrantType> {
  /** @throws UnsupportedGrantTypeError when there is none of this name. */
  find(name: string): GrantType {
    const grantType = this.all.find((candidate) => candidate.name === name);
    if (!grantType) throw new UnsupportedGrantTypeError('The grant type is not supported.');
    return grantType;
  }
}
