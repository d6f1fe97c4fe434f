import type { OAuthClient } from '../oauth/client.js';
import { OFFLINE_ACCESS } from '../oauth/server-scopes.js';

/** Whether the client would stay connected: a metadata document may say so today and not have said it before. */
export function isRefreshable({ grantTypes }: OAuthClient, scopes: readonly string[]): boolean {
  return grantTypes.includes('refresh_token') || scopes.includes(OFFLINE_ACCESS);
}
