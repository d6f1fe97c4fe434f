import type { PolicyDecision } from 'nestjs-mcp-auth';
import { readGroupName } from '../config/group-names.js';
import type { AccessRule } from '../config/policy.js';
import type { SignInConfig } from '../config/sign-in-config.js';
import type { Membership } from '../people/person-account.js';

/** The groups of a person, as rules ask for them. */
export class HeldGroups {
  /** @param oldest milliseconds since 1970: what was read before counts no more. */
  constructor(
    private readonly memberships: readonly Membership[],
    private readonly config: Pick<SignInConfig, 'providers'>,
    private readonly oldest: number,
  ) {}

  /** Whether the person is one of those that a rule is for. */
  satisfy(groups: AccessRule['groups']): boolean {
    return groups === 'everyone' || groups.some((name) => this.of(name).some((held) => !this.isOld(held)));
  }

  /**
   * The name of the provider where one of these rules would be for the person, had their groups been read lately; null
   * where none would.
   */
  tooOldAt(rules: readonly AccessRule['groups'][]): string | null {
    const names = rules.flatMap((groups) => (groups === 'everyone' ? [] : groups));
    const old = names.find((name) => {
      const held = this.of(name);
      return held.length > 0 && held.every((one) => this.isOld(one));
    });
    return old === undefined ? null : (readGroupName(old, this.config.providers).provider?.name ?? '');
  }

  /** What to say to such a person; null to others. */
  tooOld(rules: readonly AccessRule['groups'][]): PolicyDecision | null {
    const provider = this.tooOldAt(rules);
    if (provider === null) return null;
    return {
      outcome: 'denied',
      reason: 'The groups were read too long ago.',
      message: `Your groups at ${provider} were read too long ago. Sign out, sign in with ${provider}, and connect again.`,
    };
  }

  /** Where the person is in a group, however long ago it was read. */
  private of(name: string): Membership[] {
    const { provider, isOfSource, group } = readGroupName(name, this.config.providers);
    return this.memberships.filter(
      ({ issuer, groups }) =>
        (issuer === null ? isOfSource : issuer === provider?.issuer) && groups.includes(group),
    );
  }

  private isOld({ readAt }: Membership): boolean {
    return readAt !== null && readAt.getTime() < this.oldest;
  }
}
