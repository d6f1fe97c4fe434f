import { selectorProblem } from '../policy/client-selector.js';
import { readPolicyFile } from '../policy/policy-file.js';
import type { ClientRules, Policy } from '../policy/policy.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';

export interface PolicyConfig {
  /** Null where the rules are in the database. */
  file: string | null;
  /** The file's when the service starts; null without one. */
  fromFile: Policy | null;
  /** Identifiers of the MCP servers that rules may name. */
  servers: readonly string[];
  /** Where the rules are in the database. */
  clients: ClientRules;
  /** Seconds after which groups must be read again from where they are kept. */
  groupsMaxAge: number;
}

/**
 * @param servers identifiers of the MCP servers that there are.
 * @throws ConfigurationError with one sentence.
 */
export function readPolicyConfig(env: Environment, servers: readonly string[]): PolicyConfig {
  const file = env.text('MCP_AUTH_POLICY_FILE') ?? null;
  const mode = env.choice('MCP_AUTH_CLIENT_POLICY', ['open', 'approval', 'allow-list'], 'open');
  const clients = {
    mode,
    allowed: selectors(env, 'MCP_AUTH_CLIENT_ALLOW'),
    trusted: selectors(env, 'MCP_AUTH_TRUSTED_CLIENTS'),
  };
  const isSet = mode !== 'open' || clients.allowed.length > 0 || clients.trusted.length > 0;
  if (file !== null && isSet)
    throw new ConfigurationError(
      'MCP_AUTH_CLIENT_POLICY, MCP_AUTH_CLIENT_ALLOW and MCP_AUTH_TRUSTED_CLIENTS do not go with MCP_AUTH_POLICY_FILE: write them into the file, under `clients`.',
    );
  return {
    file,
    servers,
    fromFile: file === null ? null : readPolicyFile(file, servers),
    clients,
    groupsMaxAge: env.integer('MCP_AUTH_GROUPS_MAX_AGE', 43_200, 60),
  };
}

function selectors(env: Environment, variable: string): string[] {
  const selected = (env.text(variable) ?? '').split(',').flatMap((text) => text.trim() || []);
  for (const selector of selected) {
    const problem = selectorProblem(selector);
    if (problem) throw new ConfigurationError(`${variable}: ${problem}.`);
  }
  return selected;
}
