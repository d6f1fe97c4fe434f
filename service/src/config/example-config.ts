import type { ResourceOptions } from 'nestjs-mcp-auth';
import type { Environment } from './environment.js';
import type { PublicAddress } from './public-address.js';
import { choice } from './variable.js';

/** The example MCP server. */
export abstract class ExampleConfig {
  /** Its identifier, `/mcp` below the issuer, which is also the default resource where it is off. */
  mcpUrl: string;
  enabled: boolean;
  /** Whether it is everybody's as long as no file has rules: where only this computer can reach the service. */
  openByDefault: boolean;
}

export const EXAMPLE_VARIABLES = {
  mode: choice('MCP_AUTH_DEMO', ['on', 'off'], {
    is: 'the example MCP server at `/mcp` below the issuer',
    otherwise: '`on` for loopback issuers',
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readExampleConfig(env: Environment, address: PublicAddress): ExampleConfig {
  const { isLoopback } = address;
  const enabled = (env.get(EXAMPLE_VARIABLES.mode) ?? (isLoopback ? 'on' : 'off')) === 'on';
  return { mcpUrl: address.at('/mcp'), enabled, openByDefault: enabled && isLoopback };
}

/** The example as a protected resource. */
export function exampleServer({ mcpUrl }: ExampleConfig): ResourceOptions {
  return {
    identifier: mcpUrl,
    name: 'Company tools',
    scopes: { 'mcp:tools': 'Use the tools for you', 'notes:delete': 'Delete your notes' },
    challengeScopes: ['mcp:tools'],
  };
}
