import type { OAuthClient } from '../oauth/client.js';

/** Where clients come from. The first source that owns an id answers for it. */
export interface ClientSource {
  readonly name: OAuthClient['source'];
  owns(clientId: string): boolean;
  find(clientId: string): Promise<OAuthClient | null>;
}
