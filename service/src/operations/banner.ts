import type { ServiceConfig } from '../config/service-config.js';
import { isExampleOpen } from '../policy/policy-store.js';
import { connectCommands } from './connect-commands.js';

/** What a person who has just started the service needs to know. */
export function banner(config: ServiceConfig, administrator: string): string {
  const { issuer, mcpUrl, demo, database } = config;
  const lines = [
    '',
    `  Issuer          ${issuer}`,
    ...(demo ? [`  MCP endpoint    ${mcpUrl}`] : []),
    ...(isExampleOpen(config) ? ['                  an example, open to everyone who can sign in here'] : []),
    `  Sign-in page    ${new URL(issuer).origin}/sign-in`,
    `  Administrator   ${administrator}`,
    `  Database        ${database.url ? 'PostgreSQL' : `embedded, in ${database.dataDir}`}`,
    ...(demo
      ? [
          '',
          '  Connect a client:',
          ...connectCommands(mcpUrl).map(
            ({ client, command, where }) => `    ${client}${where ? ` (${where})` : ''}\n      ${command}`,
          ),
        ]
      : []),
    '',
  ];
  return lines.join('\n');
}
