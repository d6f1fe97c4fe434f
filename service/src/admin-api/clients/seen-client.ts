import type { Response } from 'express';
import type { ChangedClient, ClientAdministration } from '../../clients/client-administration.js';
import type { ClientExpectation } from '../../clients/client-expectation.js';
import { entityTag, expectation } from '../entity-tag.js';
import { type ClientDetailBody, clientDetailBody, clientState } from './client.body.js';

/** @param ifMatch as it was sent. */
export const seenClient = (ifMatch: string | undefined): ClientExpectation =>
  expectation(ifMatch, clientState);

/** A client as it is now, with its ETag. */
export async function showClient(
  administration: ClientAdministration,
  id: string,
  response: Response,
): Promise<ClientDetailBody> {
  const client = await administration.find(id);
  return taggedClient({ client, holdings: await administration.holdings(client) }, response);
}

/** The same of one that is known already. */
export function taggedClient({ client, holdings }: ChangedClient, response: Response): ClientDetailBody {
  response.set('ETag', entityTag(clientState(client)));
  return clientDetailBody(client, holdings);
}
