import type { JsonWebKey } from 'node:crypto';

/** How a client proves who it is, as the options say. */
export interface ConfiguredProof {
  readonly tokenEndpointAuthMethod: string;
  readonly clientSecret: string | null;
  /** Seconds that a secret which a start replaces goes on working. */
  readonly overlap: number;
  readonly jwks: { keys: JsonWebKey[] } | null;
  readonly jwksUri: string | null;
}

/** A client that acts for people, as the options describe it. */
export interface ConfiguredClient extends ConfiguredProof {
  readonly clientId: string;
  readonly name: string | null;
  readonly redirectUris: readonly string[];
  /** Whether it has the device grant (RFC 8628). */
  readonly devices: boolean;
  readonly postLogoutRedirectUris: readonly string[];
  readonly backchannelLogoutUri: string | null;
}
