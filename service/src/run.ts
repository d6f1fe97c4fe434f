import { CommanderError } from 'commander';
import { FirstAdministrator } from './people/first-administrator.js';
import { PolicyStore } from './policy/policy-store.js';
import { commandLine } from './commands/program.js';
import { ConfigurationError } from './config/configuration.error.js';
import { readConfig } from './config/service-config.js';
import { banner } from './operations/banner.js';
import { endOnSignal } from './operations/graceful-shutdown.js';
import { RequestsInFlight } from './operations/requests-in-flight.js';
import { createLogger } from './operations/service-logger.js';
import { startService } from './start-service.js';

/** Of a command line that cannot be understood. */
const USAGE = 2;

/** Runs the service, or a command, as the environment says; what is wrong ends the process with one sentence and code 1. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    await commandLine(serve).parseAsync(words.length === 0 ? ['serve'] : words, { from: 'user' });
  } catch (error) {
    // It has said so already: help and the version, or what is wrong with the command line.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : USAGE);
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
