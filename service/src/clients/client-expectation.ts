import type { CatalogClient } from 'nestjs-mcp-auth/service-kit';
import { ChangeRefused } from '../people/change-refused.js';

/** Looks at a client that is about to be changed, and throws where it is not what its author has seen. */
export type ClientExpectation = (client: CatalogClient) => void;

/** @param seen when it had last changed for whoever decides. */
export function unchangedSince(seen: Date): ClientExpectation {
  return (client) => {
    if (seen.getTime() !== client.updatedAt.getTime()) throw new ChangeRefused(changeOf(client));
  };
}

/** What has happened to a client that somebody looked at before. */
export function changeOf({ disabled, blockedAt, updatedAt }: CatalogClient): string {
  const at = (disabled && blockedAt ? blockedAt : updatedAt).toISOString().slice(0, 16).replace('T', ' ');
  const what = disabled ? 'was blocked' : 'was changed';
  return `This application ${what} meanwhile, at ${at} UTC. Nothing was done: look at it again first.`;
}
