import { UnsupportedGrantTypeError } from '../oauth/errors.js';
import type { GrantType } from './grant-type.js';

/** The grant types of the token endpoint, by name. */
export class GrantTypes {
  private readonly byName: ReadonlyMap<string, GrantType>;

  /** @throws when two have one name. */
  constructor(grantTypes: readonly GrantType[]) {
    this.byName = new Map(grantTypes.map((grantType) => [grantType.name, grantType]));
    if (this.byName.size !== grantTypes.length) throw new Error('Two grant types have the same name.');
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** @throws UnsupportedGrantTypeError when there is none of this name. */
  find(name: string): GrantType {
    const grantType = this.byName.get(name);
    if (!grantType) throw new UnsupportedGrantTypeError('The grant type is not supported.');
    return grantType;
  }
}
