import { setFlagsFromString } from 'node:v8';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigurationError } from './config/configuration.error.js';
import { readConfig, type ServiceConfig } from './config/service-config.js';
import { SERVICE_VERSION } from './config/service-version.js';
import { banner, databaseOf } from './operations/banner.js';
import { endOnSignal } from './operations/graceful-shutdown.js';
import { RequestsInFlight } from './operations/requests-in-flight.js';
import { createLogger } from './operations/service-logger.js';
import { FirstAdministrator } from './people/first-administrator.js';
import { PolicyStore } from './policy/policy-store.js';
import { startService } from './start-service.js';

/** Runs the service until a signal ends it. @throws Error with one sentence that says what to change. */
export async function serve(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.logLevel);
  // The embedded database is compiled while it starts: by many threads at once that takes some 40 MB more.
  if (!config.database.url) setFlagsFromString('--wasm-num-compilation-tasks=1');
  const application = await startService(config, undefined, logger);
  endOnSignal(application, application.get(RequestsInFlight), logger, config.shutdownTimeout);
  const administrator = await firstAdministrator(application.get(FirstAdministrator), config);
  introduce(application, { config, logger, administrator });
  if (administrator === null) await inviteFirst(application.get(FirstAdministrator), config, logger);
}

/** Who administers the service, in words; null as long as nobody does. */
async function firstAdministrator(
  accounts: FirstAdministrator,
  { administrator: { first }, signIn }: ServiceConfig,
): Promise<string | null> {
  if (first && (await accounts.create({ ...first, name: first.email }))) return first.email;
  if (await accounts.isThere()) return 'set up';
  if (signIn.passwords !== 'off') return null;
  throw new ConfigurationError(
    'There is no administrator yet, and none could sign in while MCP_AUTH_PASSWORDS is off: set it to administrator until there is one.',
  );
}

/** For people on a terminal, and as a line of the log everywhere else. */
function introduce(
  application: INestApplicationContext,
  { config, logger, administrator }: { config: ServiceConfig; logger: Logger; administrator: string | null },
): void {
  const { isExampleOpen } = application.get(PolicyStore);
  if (process.stdout.isTTY) {
    const words = { administrator: administrator ?? 'none yet', isExampleOpen };
    process.stdout.write(`${banner(config, words)}\n`);
    return;
  }
  const { issuer } = config.address;
  const facts = { version: SERVICE_VERSION, issuer, port: config.port, database: databaseOf(config) };
  logger.info(facts, 'The service is there.');
}

/** The link goes where somebody reads it, and never into a log that is kept. */
async function inviteFirst(
  accounts: FirstAdministrator,
  config: ServiceConfig,
  logger: Logger,
): Promise<void> {
  if (!process.stderr.isTTY && !config.administrator.printsLink) {
    logger.warn(
      'There is no administrator yet: run `nestjs-mcp-auth-service admin create EMAIL`, or start with MCP_AUTH_SETUP_LINK=print.',
    );
    return;
  }
  const token = await accounts.issueLink();
  if (token === null) return;
  process.stderr.write(
    `The first administrator creates an account within an hour at ${config.address.at(`/setup?token=${token}`)}\n`,
  );
}
