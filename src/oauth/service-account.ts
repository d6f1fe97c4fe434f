import type { JsonWebKey } from 'node:crypto';

/** A client that acts for itself, as the options describe it. */
export interface ConfiguredServiceAccount {
  readonly clientId: string;
  readonly name: string | null;
  readonly tokenEndpointAuthMethod: string;
  readonly clientSecret: string | null;
  readonly jwks: { keys: JsonWebKey[] } | null;
  readonly jwksUri: string | null;
  /** Identifiers. */
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
}
