export const OFFLINE_ACCESS = 'offline_access';
export const OPENID = 'openid';

/**
 * The scopes of the authorization server itself, with the words of the consent page: never a resource's, and never in
 * its challenge (MCP 2026-07-28, "Refresh Tokens"; OpenID Connect Core §5.4, §11).
 */
export const SERVER_SCOPES: Readonly<Record<string, string>> = {
  [OPENID]: 'Know who you are',
  profile: 'See your name and picture',
  email: 'See your email address',
  [OFFLINE_ACCESS]: 'Stay connected while you are away',
};

/** Whether a scope is the authorization server's own: `openid`, `profile`, `email` or `offline_access`. */
export function isServerScope(scope: string): boolean {
  return Object.hasOwn(SERVER_SCOPES, scope);
}
