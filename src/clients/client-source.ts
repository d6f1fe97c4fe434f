import type { OAuthClient } from '../oauth/client.js';

/** A client as its source has it. */
export interface FoundClient {
  client: OAuthClient;
  /** Until when it may be kept, in milliseconds since the epoch; Infinity where the feed says that it has changed. */
  freshUntil: number;
}

/** Where clients come from. The first source that owns an id answers for it. */
export interface ClientSource {
  readonly name: OAuthClient['source'];
  owns(clientId: string): boolean;
  /**
   * Null for an unknown client.
   * @param address of the request that names it.
   * @throws OAuthError when it cannot be found out, or must not be used.
   */
  find(clientId: string, address?: string): Promise<FoundClient | null>;
}
