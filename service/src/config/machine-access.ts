import type { ServiceAccountOptions, TrustedIssuerOptions, WorkloadOptions } from 'nestjs-mcp-auth';
import type { Environment } from './environment.js';
import type { ServerScopes } from './rules-reader.js';
import { ServiceAccountsReader } from './service-accounts-reader.js';
import { WorkloadsReader } from './workloads-reader.js';
import type { YamlFile } from './yaml-file.js';

/** Who acts without a person, as a policy file says. */
export interface MachineAccess {
  /** Null where it says nothing of them, and there are none. */
  serviceAccounts: ServiceAccountOptions[] | null;
  trustedIssuers: TrustedIssuerOptions[];
  workloads: WorkloadOptions[];
}

export const MACHINE_KEYS = [
  'serviceAccounts',
  'trustedIssuers',
  'workloads',
] as const satisfies (keyof MachineAccess)[];

/** @throws ConfigurationError with one sentence, with line and column. */
export function readMachineAccess(
  yaml: YamlFile,
  content: Readonly<Record<string, unknown>>,
  servers: readonly ServerScopes[],
  env: Environment,
): MachineAccess {
  const { serviceAccounts: named, trustedIssuers: trusted = [], workloads = [] } = content;
  const reader = new WorkloadsReader(yaml);
  const trustedIssuers = reader.issuers(['trustedIssuers'], trusted);
  const accounts = new ServiceAccountsReader(yaml, env, servers, reader.accountsOf(['workloads'], workloads));
  const serviceAccounts = named === undefined ? null : accounts.read(['serviceAccounts'], named);
  const ids = serviceAccounts?.map(({ clientId }) => clientId) ?? [];
  return {
    serviceAccounts,
    trustedIssuers,
    workloads: reader.workloads(['workloads'], workloads, trustedIssuers, ids),
  };
}
