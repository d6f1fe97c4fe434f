import type { McpAccount } from './account-directory.js';

/** What `standardClaims` may answer besides `sub`, for the metadata (OpenID Connect Discovery 1.0 §3). */
export const STANDARD_CLAIMS = ['name', 'picture', 'email', 'email_verified'] as const;

/** The claims of a person that scopes ask for (OpenID Connect Core §5.4); members without a value are left out. */
export function standardClaims(
  { name, picture, email, emailVerified }: McpAccount,
  scopes: readonly string[],
): Record<string, unknown> {
  return {
    ...(scopes.includes('profile') && { ...(name && { name }), ...(picture && { picture }) }),
    ...(scopes.includes('email') && email && { email, email_verified: emailVerified ?? false }),
  };
}
