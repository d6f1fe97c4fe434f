import { HttpStatus, Logger } from '@nestjs/common';
import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import { GroupLookup, GroupLookupError } from './group-lookup.js';
import { providerAway, SignInRefused } from './sign-in-refused.js';
import type { UpstreamIdentity } from './upstream-identity.js';

/** All groups of whoever signs in with a provider, or none of them: a part of them would be another person's rights. */
export class UpstreamGroups {
  private readonly logger = new Logger(UpstreamGroups.name);
  private readonly lookup: GroupLookup | null;

  constructor(private readonly provider: OidcProviderConfig) {
    this.lookup = provider.groupsUrl === null ? null : new GroupLookup(provider.groupsUrl);
  }

  /**
   * Of the id_token, or looked up when it says that they are elsewhere.
   * @param who they are of, for the log.
   * @throws SignInRefused.
   */
  async of(groups: UpstreamIdentity['groups'], accessToken: string, who: string): Promise<string[]> {
    if (groups === 'elsewhere' && this.lookup) return this.look(this.lookup, accessToken, who);
    if (typeof groups !== 'string') return groups;
    throw this.refuse(
      `sent no groups of ${who}, who is in too many: let it send the groups assigned to this application alone, or application roles, or set where they can be looked up`,
    );
  }

  private async look(lookup: GroupLookup, accessToken: string, who: string): Promise<string[]> {
    try {
      return await lookup.read(accessToken);
    } catch (error) {
      if (!(error instanceof GroupLookupError)) throw error;
      if (error.isAway) throw providerAway(this.provider.name, error);
      throw this.refuse(`did not tell the groups of ${who} when they were looked up: ${error.message}`);
    }
  }

  private refuse(reason: string): SignInRefused {
    const { name } = this.provider;
    this.logger.error(`${name} ${reason}.`);
    return new SignInRefused(
      `You are in more groups than ${name} sends. Ask your administrator to let it send the groups of this application alone.`,
      HttpStatus.FORBIDDEN,
    );
  }
}
