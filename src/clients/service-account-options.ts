import type { ClientProofOptions } from './client-options.js';

/** A client that acts for itself, made by an administrator: a job, a server, an agent. */
export interface ServiceAccountOptions extends ClientProofOptions {
  /** `client_id`, and `sub` of its tokens: letters, digits, dots, dashes and underscores, such as `nightly-report`. */
  clientId: string;
  /** What people call it. */
  name?: string;
  /** Identifiers of the MCP servers it may get tokens for. Default: none. */
  resources?: readonly string[];
  /** The most its tokens may allow. Default: nothing. */
  scopes?: readonly string[];
}
