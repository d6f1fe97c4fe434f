import type { OidcProviderConfig } from './oidc-provider.js';

/** Whose people an issuer of identity assertions may speak of, and what becomes of them here. */
export interface AssertedPeopleRule {
  issuer: string;
  /** The only one whose people are meant; null for an issuer that names none. */
  tenant: string | null;
  /** Of email addresses that it speaks for. */
  domains: readonly string[];
  /** `created`: whoever has no account gets one. */
  accounts: (typeof ASSERTED_ACCOUNTS)[number];
  /** Where its assertions name groups; null for groups as they were read at sign-in. */
  groupsClaim: string | null;
}

export const ASSERTED_ACCOUNTS = ['known', 'created'] as const;

/** The issuer that an identity is kept under: a tenant's people are not those of another tenant. No issuer has a fragment. */
export function identityIssuer({ issuer, tenant }: Pick<AssertedPeopleRule, 'issuer' | 'tenant'>): string {
  return tenant === null ? issuer : `${issuer}#${encodeURIComponent(tenant)}`;
}

/** The issuer as sign-in knows providers: what a provider may say of an address, an issuer of assertions may say too. */
export function assertingProvider(rule: AssertedPeopleRule): OidcProviderConfig {
  return {
    id: '',
    name: new URL(rule.issuer).host,
    issuer: identityIssuer(rule),
    clientId: '',
    clientSecret: '',
    domains: rule.domains,
    hostedDomain: 'optional',
    scopes: '',
    groupsClaim: rule.groupsClaim ?? '',
    groupsUrl: null,
    source: false,
    authTime: 'optional',
    signOut: false,
  };
}
