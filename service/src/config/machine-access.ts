import type {
  ClientOptions,
  DelegationOptions,
  ServiceAccountOptions,
  TrustedIssuerOptions,
  WorkloadOptions,
} from 'nestjs-mcp-auth';
import { ClientsReader } from './clients-reader.js';
import { DelegationsReader } from './delegations-reader.js';
import type { Environment } from './environment.js';
import { type IdentityAssertions, IdentityAssertionsReader } from './identity-assertions-reader.js';
import { type LinkedServerRule, LinkedServersReader } from './linked-servers-reader.js';
import type { RulesReader, ServerScopes } from './rules-reader.js';
import { ServiceAccountsReader } from './service-accounts-reader.js';
import { WorkloadsReader } from './workloads-reader.js';
import type { YamlFile } from './yaml-file.js';

/** Who gets tokens without a browser, as a policy file says. */
export interface MachineAccess {
  /** Null where it says nothing of them, and there are none. */
  serviceAccounts: ServiceAccountOptions[] | null;
  trustedIssuers: TrustedIssuerOptions[];
  workloads: WorkloadOptions[];
  preRegisteredClients: ClientOptions[];
  identityAssertions: IdentityAssertions[];
  linkedServers: LinkedServerRule[];
  delegations: DelegationOptions[];
  /** Undefined for the library's own. */
  delegationDepth: number | undefined;
}

export const MACHINE_KEYS = [
  'serviceAccounts',
  'trustedIssuers',
  'workloads',
  'preRegisteredClients',
  'identityAssertions',
  'linkedServers',
  'delegations',
  'delegationDepth',
] as const satisfies (keyof MachineAccess)[];

/**
 * @param providers issuers of the identity providers that people sign in with.
 * @throws ConfigurationError with one sentence, with line and column.
 */
export function readMachineAccess(
  yaml: YamlFile,
  content: Readonly<Record<string, unknown>>,
  servers: readonly ServerScopes[],
  env: Environment,
  providers: readonly string[],
  rules: RulesReader,
  administration: readonly ServerScopes[],
): MachineAccess {
  const { serviceAccounts: named, trustedIssuers: trusted = [], workloads = [] } = content;
  const { linkedServers = [] } = content;
  const { preRegisteredClients: clients = [], identityAssertions = [], delegations = [] } = content;
  const delegating = new DelegationsReader(yaml, servers);
  const reader = new WorkloadsReader(yaml);
  const trustedIssuers = reader.issuers(['trustedIssuers'], trusted);
  const workloadAccounts = reader.accountsOf(['workloads'], workloads);
  const everything = [...servers, ...administration];
  const accounts = new ServiceAccountsReader(yaml, env, everything, workloadAccounts);
  const serviceAccounts = named === undefined ? null : accounts.read(['serviceAccounts'], named);
  const ids = serviceAccounts?.map(({ clientId }) => clientId) ?? [];
  const preRegisteredClients = new ClientsReader(yaml, env).read(['preRegisteredClients'], clients);
  const clientIds = preRegisteredClients.map(({ clientId }) => clientId);
  return {
    serviceAccounts,
    trustedIssuers,
    workloads: reader.workloads(['workloads'], workloads, trustedIssuers, ids),
    preRegisteredClients,
    identityAssertions: new IdentityAssertionsReader(
      yaml,
      servers,
      trustedIssuers,
      clientIds,
      providers,
    ).read(['identityAssertions'], identityAssertions),
    linkedServers: new LinkedServersReader(yaml, clientIds, (path, value) =>
      rules.groupsOf(path, value),
    ).read(['linkedServers'], linkedServers),
    delegations: delegating.read(['delegations'], delegations),
    delegationDepth: delegating.depth(['delegationDepth'], content['delegationDepth']),
  };
}
