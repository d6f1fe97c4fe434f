import type { OidcProviderConfig } from './oidc-provider.js';

/** A provider, as rules speak of its groups. */
export type NamedProvider = Pick<OidcProviderConfig, 'id' | 'issuer' | 'source'>;

/** What a rule means by the name of a group. */
export interface NamedGroup<Provider> {
  /** Whose group it is; null where there is no provider. */
  provider: Provider | null;
  /** Whether the provider is the source: the one whose groups are named without it. */
  isOfSource: boolean;
  /** As the provider names it. */
  group: string;
}

type Providers = readonly Pick<OidcProviderConfig, 'id' | 'source'>[];

/** The provider whose groups rules name without it: the one that is marked, or the first; null without any. */
export function sourceOf<Provider extends Providers[number]>(
  providers: readonly Provider[],
): Provider | null {
  return providers.find(({ source }) => source) ?? providers[0] ?? null;
}

/**
 * Reads `finance` as a group of the source, and `partner:finance` as one of the provider with the id `partner`. A name that
 * begins with no provider's id is the source's, colons and all.
 */
export function readGroupName<Provider extends Providers[number]>(
  name: string,
  providers: readonly Provider[],
): NamedGroup<Provider> {
  const source = sourceOf(providers);
  const end = name.indexOf(':');
  const named = end > 0 ? providers.find(({ id }) => id === name.slice(0, end)) : undefined;
  return named
    ? { provider: named, isOfSource: named === source, group: name.slice(end + 1) }
    : { provider: source, isOfSource: true, group: name };
}

/** How a rule, and a page, names a group of a provider: what `readGroupName` reads as that group. */
export function writeGroupName(group: string, providerId: string, providers: Providers): string {
  const isPlain =
    sourceOf(providers)?.id === providerId && !providers.some(({ id }) => group.startsWith(`${id}:`));
  return isPlain ? group : `${providerId}:${group}`;
}
