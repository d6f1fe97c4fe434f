/** Who acts on behalf of the subject of a token (RFC 8693 §4.1). */
export interface Actor {
  /** `client_id` of the server that acts, in tokens of `McpAuthModule`. */
  readonly sub?: string;
  /** Whose `sub` that is, where it is not the token's issuer's. */
  readonly iss?: string;
  /** Whom it acts through: the server that called it, and so on, down to the one that the person's client called. */
  readonly act?: Actor;
  readonly [claim: string]: unknown;
}

/** A claim `act`, frozen in all its depth; null for none. Undefined for anything that is no actor. */
export function readActor(claim: unknown): Actor | null | undefined {
  if (claim === undefined) return null;
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) return undefined;
  const { sub, iss, act } = claim as Record<string, unknown>;
  if (!isText(sub) || !isText(iss) || readActor(act) === undefined) return undefined;
  return Object.freeze(claim) as Actor;
}

const isText = (value: unknown) => value === undefined || typeof value === 'string';

/** How many act one through the other. */
export function actorDepth(actor: Actor | null | undefined): number {
  return actor ? 1 + actorDepth(actor.act) : 0;
}
