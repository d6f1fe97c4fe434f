import { derivedToken } from './opaque-token.js';
import { randomBytes } from './random-bytes.js';

const PREFIX = 'client_';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a client that is made here: no user has one like it. */
export function newClientId(): string {
  return PREFIX + randomBytes(16).toString('base64url');
}

/** The one that a secret leads to, always the same. */
export function clientIdOf(seed: string): string {
  return PREFIX + derivedToken(seed, 'client_id').slice(0, 22);
}

/**
 * Whether an id is reserved for clients: those made here, and those that are the URL of their metadata. An account must
 * not have one, so that `sub` never names a person by a client's id (RFC 9700 §4.15).
 */
export function isReservedForClients(id: string): boolean {
  return id.startsWith(PREFIX) || /^https?:\/\//i.test(id);
}

/**
 * Why an id that somebody chose for a client cannot be taken, or null: it looks like what hosts give to people
 * (RFC 9700 §4.15).
 */
export function clientIdProblem(id: string): string | null {
  return UUID.test(id)
    ? `The client id ${id} could be a user's: choose a name such as notes-server, or one that begins with ${PREFIX}.`
    : null;
}
