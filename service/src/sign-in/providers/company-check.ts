import type { OidcProviderConfig } from '../../config/oidc-provider.js';
import type { KnownIdentity } from './oidc.strategy.js';
import { SignInRefused } from './sign-in-refused.js';

/** A Google account of another company, or of none. @throws SignInRefused */
export function checkCompany(
  { domains, hostedDomain }: OidcProviderConfig,
  { hostedDomain: company }: KnownIdentity,
): void {
  const isWrong = company === null ? hostedDomain === 'required' : !domains.includes(company);
  if (domains.length > 0 && isWrong)
    throw new SignInRefused('Your account is not one of this company. Use your company account.');
}
