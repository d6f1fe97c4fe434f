import type { KnownClient } from '../clients/client-registry.js';
import { OAuthError } from '../oauth/errors.js';

/** The client has become another since it was read: what was found wrong may be right by now. */
export class ChangedClientError extends Error {}

/**
 * Does what an endpoint does for a client as it is known here, and refuses nothing for what it is no more.
 * @throws ChangedClientError in place of an OAuthError, where there is another client by now.
 */
export async function forClient<Answer>(
  { isCurrent }: KnownClient,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OAuthError) || (await isCurrent())) throw error;
    throw new ChangedClientError();
  }
}
