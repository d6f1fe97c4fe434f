import type { ServiceConfig } from '../config/service-config.js';
import { connectCommands } from './connect-commands.js';

/** What a person who has just started the service needs to know. */
export function banner({ issuer, mcpUrl, demo, database }: ServiceConfig, administrator: string): string {
  const lines = [
    '',
    `  Issuer          ${issuer}`,
    ...(demo ? [`  MCP endpoint    ${mcpUrl}`] : []),
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
