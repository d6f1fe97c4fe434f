import { isBeginning, selectorProblem, trustedProblem } from './client-selector.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { type PolicyFile, readPolicyFile } from './policy-file.js';
import type { ClientRules } from './policy.js';
import { beginningWarning, type ServerScopes } from './rules-reader.js';
import { choice, text, texts, wholeNumber } from './variable.js';

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
  /** What is wrong and does no harm, in sentences. */
  warnings: readonly string[];
}

export const POLICY_VARIABLES = {
  file: text('MCP_AUTH_POLICY_FILE', {
    is: 'YAML: who may do what, and more identity providers, see [how-to/policy-file.md](../how-to/policy-file.md)',
    otherwise: 'rules in the database',
  }),
  mode: choice('MCP_AUTH_CLIENT_POLICY', ['open', 'approval', 'allow-list'], {
    is: 'which clients may be used: any, those that an administrator approves, those of a list',
    fallback: 'open',
  }),
  allowed: texts('MCP_AUTH_CLIENT_ALLOW', {
    is: 'that list, separated by commas: beginnings of https URLs of where clients are sent back to or have their metadata, and `loopback:NAME` for programs of that name on the computers of people',
    needs: ['MCP_AUTH_CLIENT_POLICY', 'allow-list'],
    check: selectorProblem,
  }),
  trusted: texts('MCP_AUTH_TRUSTED_CLIENTS', {
    is: 'clients of your own, which need no consent: ids of metadata documents and redirect URIs of other clients, each as a whole, separated by commas',
    check: trustedProblem,
  }),
  groupsMaxAge: wholeNumber('MCP_AUTH_GROUPS_MAX_AGE', {
    is: 'seconds after which groups must be read again by signing in',
    from: 60,
    to: 315_360_000,
    fallback: 43_200,
  }),
};

/**
 * @param servers the MCP servers that there are.
 * @param administration what administers this service, which rules do not give.
 * @throws ConfigurationError with one sentence.
 */
export function readPolicyConfig(
  env: Environment,
  servers: readonly ServerScopes[],
  administration: readonly ServerScopes[] = [],
): PolicyConfig {
  const path = env.get(POLICY_VARIABLES.file);
  const trusted = env.get(POLICY_VARIABLES.trusted);
  const clients = {
    mode: env.get(POLICY_VARIABLES.mode),
    allowed: env.get(POLICY_VARIABLES.allowed),
    trusted: trusted.filter((url) => !isBeginning(url)),
  };
  const isSet = clients.mode !== 'open' || clients.allowed.length > 0 || trusted.length > 0;
  const readFile = () => {
    const file = path === undefined ? null : readPolicyFile(path, servers, env, administration);
    if (file?.policy && isSet)
      throw new ConfigurationError(
        'MCP_AUTH_CLIENT_POLICY, MCP_AUTH_CLIENT_ALLOW and MCP_AUTH_TRUSTED_CLIENTS do not go with rules in MCP_AUTH_POLICY_FILE: write them into the file, under `clients`.',
      );
    return file;
  };
  const file = readFile();
  return {
    file,
    readFile,
    clients,
    groupsMaxAge: env.get(POLICY_VARIABLES.groupsMaxAge),
    warnings: [
      ...trusted.filter(isBeginning).map((url) => `MCP_AUTH_TRUSTED_CLIENTS: ${beginningWarning(url)}.`),
      ...(file?.warnings ?? []),
    ],
  };
}
