import { selectorProblem } from './client-selector.js';
import { type PolicyFile, readPolicyFile } from './policy-file.js';
import type { ClientRules } from './policy.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';

/** Where the policy comes from. */
export abstract class PolicyConfig {
  /** What the file says when the service starts; null without one. */
  file: PolicyFile | null;
  /** Reads the file as it is now. @throws ConfigurationError with one sentence. */
  readFile: () => PolicyFile | null;
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
  const path = env.text('MCP_AUTH_POLICY_FILE');
  const mode = env.choice('MCP_AUTH_CLIENT_POLICY', ['open', 'approval', 'allow-list'], 'open');
  const clients = {
    mode,
    allowed: selectors(env, 'MCP_AUTH_CLIENT_ALLOW'),
    trusted: selectors(env, 'MCP_AUTH_TRUSTED_CLIENTS'),
  };
  const isSet = mode !== 'open' || clients.allowed.length > 0 || clients.trusted.length > 0;
  const readFile = () => {
    const file = path === undefined ? null : readPolicyFile(path, servers, env);
    if (file?.policy && isSet)
      throw new ConfigurationError(
        'MCP_AUTH_CLIENT_POLICY, MCP_AUTH_CLIENT_ALLOW and MCP_AUTH_TRUSTED_CLIENTS do not go with rules in MCP_AUTH_POLICY_FILE: write them into the file, under `clients`.',
      );
    return file;
  };
  return {
    file: readFile(),
    readFile,
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
