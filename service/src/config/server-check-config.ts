import ipaddr from 'ipaddr.js';
import type { Environment } from './environment.js';
import { texts } from './variable.js';

/** How the service looks at MCP servers when somebody asks for a check. */
export abstract class ServerCheckConfig {
  /** Ranges that are not public and may be looked at all the same. */
  networks: readonly string[];
}

export const SERVER_CHECK_VARIABLES = {
  networks: texts('MCP_AUTH_SERVER_NETWORKS', {
    is: 'ranges of your own network, such as `10.0.0.0/8`, separated by commas, in which the check at `/admin/servers` may look at MCP servers; it looks at public addresses anyway',
    otherwise: 'none',
    check: (range) =>
      ipaddr.isValidCIDR(range)
        ? null
        : `must be ranges such as 10.0.0.0/8, separated by commas, not "${range}"`,
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readServerCheckConfig(env: Environment): ServerCheckConfig {
  return { networks: env.get(SERVER_CHECK_VARIABLES.networks) };
}
