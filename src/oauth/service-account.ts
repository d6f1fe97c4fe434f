import type { ConfiguredProof } from './configured-client.js';

/** A client that acts for itself, as the options describe it. */
export interface ConfiguredServiceAccount extends ConfiguredProof {
  readonly clientId: string;
  readonly name: string | null;
  /** Identifiers. */
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
}
