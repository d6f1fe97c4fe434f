import { displayText } from 'nestjs-mcp-auth/service-kit';
import { writeGroupName } from '../../config/group-names.js';
import type { SignInConfig } from '../../config/sign-in-config.js';
import type { Person } from '../people.js';

export type Providers = SignInConfig['providers'];

/** How somebody signs in, such as `Password, Company login`. */
export function waysInWords({ hasPassword, identities }: Omit<Person, 'user'>, providers: Providers): string {
  const names = identities.map(({ issuer }) =>
    displayText(providers.find((one) => one.issuer === issuer)?.name ?? issuer),
  );
  return [...(hasPassword ? ['Password'] : []), ...names].join(', ') || 'Nothing yet';
}

/** Their groups, as rules name them. */
export function groupNames(
  { user, identities }: Pick<Person, 'user' | 'identities'>,
  providers: Providers,
): readonly string[] {
  const named = identities.flatMap(({ issuer, groups }) => {
    const provider = providers.find((one) => one.issuer === issuer);
    return provider ? groups.map((group) => writeGroupName(group, provider.id, providers)) : [];
  });
  return identities.length === 0 ? user.groups : named;
}
