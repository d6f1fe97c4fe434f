import type { JsonWebKey } from 'node:crypto';

/** A client that acts for itself, as the options describe it. */
export interface ConfiguredServiceAccount {
  readonly clientId: string;
  readonly name: string | null;
  readonly tokenEndpointAuthMethod: string;
  readonly clientSecret: string | null;
  /** Seconds that a secret which a start replaces goes on working. */
  readonly overlap: number;
  readonly jwks: { keys: JsonWebKey[] } | null;
  readonly jwksUri: string | null;
  /** Identifiers. */
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
}
