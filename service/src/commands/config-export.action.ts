import { readConfig } from '../config/service-config.js';
import { writeConfiguration } from './configuration/configuration-files.js';
import { currentConfiguration } from './configuration/current-configuration.js';
import { inService } from './in-service.js';

export async function exportConfiguration(folder: string): Promise<void> {
  const config = readConfig(process.env);
  const configuration = await inService(config, (service) =>
    currentConfiguration(service, config, process.env),
  );
  for (const path of await writeConfiguration(folder, configuration)) process.stdout.write(`${path}\n`);
}
