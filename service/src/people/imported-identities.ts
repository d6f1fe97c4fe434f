import type { BetterAuthAccount, BetterAuthPerson, ImportTally } from 'nestjs-mcp-auth/better-auth';
import { isSameIssuer, type OidcProviderConfig } from '../config/oidc-provider.js';
import { CREDENTIAL } from './users.js';

type Provider = Pick<OidcProviderConfig, 'issuer'>;

const LONGEST_SUBJECT = 255;
/** Issuers whose `sub` is the same for every application, by what Better Auth calls the provider. */
const WELL_KNOWN = new Map([['google', 'https://accounts.google.com']]);
/** Issuers whose `sub` is another for every application: that it is the same one must be said. */
const PAIRWISE =
  /^https:\/\/(login\.microsoftonline\.com|login\.windows\.net|sts\.windows\.net|appleid\.apple\.com)\//;

/** Which of our providers a provider of Better Auth is. */
export class IssuersOfProviders {
  /**
   * @param providers those that there are here.
   * @param said issuers by what Better Auth calls the provider.
   * @throws Error with one sentence for an issuer that is none of theirs.
   */
  constructor(
    private readonly providers: readonly Provider[],
    private readonly said: ReadonlyMap<string, string>,
  ) {
    for (const issuer of said.values())
      if (this.configured(issuer) === null)
        throw new Error(`There is no provider ${issuer} here: configure it first, or take it out.`);
  }

  /** The issuer as it is configured; null for none. */
  of({ providerId, issuer: noted }: BetterAuthAccount): string | null {
    const named = this.said.get(providerId) ?? WELL_KNOWN.get(providerId) ?? null;
    const issuer = named ?? (noted !== null && !PAIRWISE.test(noted) ? noted : null);
    if (issuer === null || (noted !== null && !isSame(noted, issuer))) return null;
    return this.configured(issuer);
  }

  private configured(issuer: string): string | null {
    return this.providers.find((one) => isSame(one.issuer, issuer))?.issuer ?? null;
  }
}

function isSame(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && isSameIssuer(one, other);
}

/** Who somebody is at the providers that there are here; what is at others is told to the tally. */
export function readIdentities(
  { id, accounts }: BetterAuthPerson,
  issuers: IssuersOfProviders,
  tally: ImportTally,
): { issuer: string; sub: string }[] {
  const identities: { issuer: string; sub: string }[] = [];
  for (const account of accounts.filter(({ providerId }) => providerId !== CREDENTIAL)) {
    const { providerId, accountId: sub } = account;
    const issuer = issuers.of(account);
    if (issuer === null)
      tally.leave(
        'identities',
        id,
        `is at ${providerId}, which is no provider here: configure it, and say which one it is (--provider)`,
      );
    else if (sub === '' || sub.length > LONGEST_SUBJECT)
      tally.leave('identities', id, 'has a subject that none can have');
    else if (identities.some((one) => one.issuer === issuer))
      tally.leave('identities', id, 'is the second one of a person at the same provider');
    else identities.push({ issuer, sub });
  }
  return identities;
}
