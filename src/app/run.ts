import { FirstAdministrator } from './accounts/first-administrator.js';
import { readConfig } from './config/service-config.js';
import { banner } from './running/banner.js';
import { endOnSignal } from './running/graceful-shutdown.js';
import { RequestsInFlight } from './running/requests-in-flight.js';
import { createLogger } from './running/service-logger.js';
import { startService } from './start-service.js';

/** Runs the service as the environment says; a wrong environment ends the process with one sentence and code 1. */
export async function run(): Promise<void> {
  try {
    const config = readConfig(process.env);
    const logger = createLogger(config.logLevel);
    const application = await startService(config, undefined, logger);
    endOnSignal(application, application.get(RequestsInFlight), logger, config.shutdownTimeout);
    const administrator = await firstAdministrator(application.get(FirstAdministrator), config);
    process.stdout.write(`${banner(config, administrator)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

async function firstAdministrator(
  accounts: FirstAdministrator,
  { administrator, issuer }: ReturnType<typeof readConfig>,
): Promise<string> {
  if (administrator) await accounts.create({ ...administrator, name: administrator.email });
  const token = await accounts.issueLink();
  if (token === null) return administrator?.email ?? 'set up';
  return `create it within an hour at ${new URL(issuer).origin}/setup?token=${token}`;
}
