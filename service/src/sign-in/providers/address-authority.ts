import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import type { UpstreamIdentity } from './upstream-identity.js';

type Claim = Pick<UpstreamIdentity, 'email' | 'emailVerified'>;
type Authority = Pick<OidcProviderConfig, 'issuer' | 'domains'>;

/** Whether an address is of a domain that the provider is configured to speak for. */
export function speaksFor({ domains }: Pick<Authority, 'domains'>, email: string): boolean {
  return domains.includes(domainOf(email));
}

/** Another provider that alone may say whose address this is; undefined when there is none. */
export function authorityOver<Provider extends Authority>(
  email: string,
  provider: Authority,
  providers: readonly Provider[],
): Provider | undefined {
  return speaksFor(provider, email) ? undefined : providers.find((other) => speaksFor(other, email));
}

/** Whether what a provider says of an address proves that it is the person's. */
export function proves(
  { email, emailVerified }: Claim,
  provider: Authority,
  providers: readonly Authority[],
): boolean {
  if (email === null || !emailVerified || domainOf(email) === '') return false;
  return (
    speaksFor(provider, email) ||
    (provider.domains.length === 0 && !authorityOver(email, provider, providers))
  );
}

/** Empty for what is no address, or has several at signs, of which others would take another. */
function domainOf(email: string): string {
  const [, domain = '', ...more] = email.split('@');
  return more.length === 0 ? domain : '';
}
