import type { ServiceConfig } from '../config/service-config.js';
import { connectCommands } from './connect-commands.js';

/** What a person who has just started the service needs to know. */
export function banner(
  config: ServiceConfig,
  { administrator, isExampleOpen }: { administrator: string; isExampleOpen: boolean },
): string {
  const { issuer } = config.address;
  const { mcpUrl, enabled } = config.example;
  const lines = [
    '',
    `  Issuer          ${issuer}`,
    ...(enabled ? [`  MCP endpoint    ${mcpUrl}`] : []),
    ...(isExampleOpen ? ['                  an example, open to everyone who can sign in here'] : []),
    `  Sign-in page    ${config.address.at('/sign-in')}`,
    `  Administrator   ${administrator}`,
    `  Database        ${databaseOf(config)}`,
    ...(enabled
      ? [
          '',
          '  Connect a client:',
          ...connectCommands(mcpUrl).map(
            ({ client, command, where }) => `    ${client}${where ? `, in ${where}` : ''}\n      ${command}`,
          ),
        ]
      : []),
    '',
  ];
  return lines.join('\n');
}

/** What the service stands on, in words. */
export function databaseOf({ database }: ServiceConfig): string {
  return database.url ? 'PostgreSQL' : `embedded, in ${database.dataDir}`;
}
