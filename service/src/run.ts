import { parseArgs } from 'node:util';
import { FirstAdministrator } from './people/first-administrator.js';
import { PolicyStore } from './policy/policy-store.js';
import { COMMANDS } from './commands/commands.js';
import { ConfigurationError } from './config/configuration.error.js';
import { readConfig } from './config/service-config.js';
import { banner } from './operations/banner.js';
import { endOnSignal } from './operations/graceful-shutdown.js';
import { RequestsInFlight } from './operations/requests-in-flight.js';
import { createLogger } from './operations/service-logger.js';
import { startService } from './start-service.js';

/** Runs the service, or a command, as the environment says; what is wrong ends the process with one sentence and code 1. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    if (words.length === 0) await serve();
    else process.exitCode = await command(words);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel);
  const application = await startService(config, undefined, logger);
  endOnSignal(application, application.get(RequestsInFlight), logger, config.shutdownTimeout);
  const administrator = await firstAdministrator(application.get(FirstAdministrator), config);
  const { isExampleOpen } = application.get(PolicyStore);
  process.stdout.write(`${banner(config, { administrator, isExampleOpen })}\n`);
}

/** @returns the exit code. */
async function command(words: readonly string[]): Promise<number> {
  const found = COMMANDS.find(({ name }) => words.slice(0, 2).join(' ') === name);
  if (!found) throw new ConfigurationError(usage());
  const { values } = parseArgs({ args: words.slice(2), options: found.options });
  return found.run(values, readConfig(process.env));
}

function usage(): string {
  const commands = COMMANDS.map(({ name, usage: options }) => `nestjs-mcp-auth-service ${name} ${options}`);
  return `Usage: nestjs-mcp-auth-service runs the service; ${commands.join('; ')}.`;
}

async function firstAdministrator(
  accounts: FirstAdministrator,
  { administrator, address, signIn }: ReturnType<typeof readConfig>,
): Promise<string> {
  if (administrator) await accounts.create({ ...administrator, name: administrator.email });
  const token = await accounts.issueLink();
  if (token === null) return administrator?.email ?? 'set up';
  if (signIn.passwords === 'off')
    throw new ConfigurationError(
      'There is no administrator yet, and none could sign in while MCP_AUTH_PASSWORDS is off: set it to administrator until there is one.',
    );
  return `create it within an hour at ${address.origin}/setup?token=${token}`;
}
