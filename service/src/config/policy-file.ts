import type { Environment } from './environment.js';
import { MACHINE_KEYS, type MachineAccess, readMachineAccess } from './machine-access.js';
import type { OidcProviderConfig } from './oidc-provider.js';
import { ProvidersReader } from './providers-reader.js';
import { FIRST_PROVIDER, PROVIDER_VARIABLES } from './sign-in-config.js';
import { YamlFile } from './yaml-file.js';
import { RulesReader, type ServerScopes } from './rules-reader.js';
import type { Policy } from './policy.js';

/** Its sections. */
export const POLICY_KEYS = ['rules', 'clients', 'providers', ...MACHINE_KEYS];

/** What a policy file says. */
export interface PolicyFile extends MachineAccess {
  /** Null where it has no rules: they are in the database then. */
  policy: Policy | null;
  /** Identity providers besides the one of the environment. */
  providers: readonly OidcProviderConfig[];
  /** What is wrong and does no harm, in sentences. */
  warnings: readonly string[];
}

/**
 * Reads the file of MCP_AUTH_POLICY_FILE.
 * @param servers the MCP servers that there are.
 * @param env where secrets of providers may be.
 * @param administration what administers this service: for service accounts, and for nobody else.
 * @throws ConfigurationError with one sentence, with line and column where there is one to name.
 */
export function readPolicyFile(
  file: string,
  servers: readonly ServerScopes[],
  env: Environment,
  administration: readonly ServerScopes[] = [],
): PolicyFile {
  const yaml = new YamlFile('MCP_AUTH_POLICY_FILE', file);
  // What a failed copy leaves behind must not open anything.
  if (yaml.content === null)
    throw yaml.complaint([], 'the file is empty: write `rules: []` where nobody may do anything');
  const content = yaml.mapping([], yaml.content, POLICY_KEYS);
  const { rules, clients = {}, providers = [] } = content;
  if (rules === undefined && content['clients'] !== undefined)
    throw yaml.complaint(['clients'], 'clients needs rules beside it, such as `rules: []` for none');
  if (Object.keys(content).length === 0)
    throw yaml.complaint(
      [],
      `the file has none of ${POLICY_KEYS.join(', ')}: write \`rules: []\` where nobody may do anything`,
    );
  const named = new ProvidersReader(yaml, env).read(['providers'], providers);
  const ids = named.map(({ id }) => id);
  const hasFirst = env.get(PROVIDER_VARIABLES.issuer) !== undefined;
  const reader = new RulesReader(yaml, servers, hasFirst ? [FIRST_PROVIDER, ...ids] : ids);
  return {
    policy:
      rules === undefined
        ? null
        : { rules: reader.rules(['rules'], rules), clients: reader.clients(['clients'], clients) },
    providers: named,
    ...readMachineAccess(
      yaml,
      content,
      servers,
      env,
      [...named.map(({ issuer }) => issuer), env.get(PROVIDER_VARIABLES.issuer) ?? ''],
      reader,
      administration,
    ),
    warnings: reader.warnings,
  };
}
