import { readConfig } from '../config/service-config.js';
import { configurationDifferences, type Difference } from './configuration/configuration-differences.js';
import { readConfiguration } from './configuration/configuration-files.js';
import { currentConfiguration } from './configuration/current-configuration.js';
import { inService } from './in-service.js';

export async function checkConfiguration(folder: string, isJson: boolean): Promise<void> {
  const config = readConfig(process.env);
  const files = await readConfiguration(folder);
  const current = await inService(config, (service) => currentConfiguration(service, config, process.env));
  const differences = configurationDifferences(files, current);
  process.stdout.write(isJson ? `${JSON.stringify({ differences }, null, 2)}\n` : inWords(differences));
  if (differences.length > 0) process.exitCode = 1;
}

const KINDS: Readonly<Record<Difference['kind'], string>> = {
  added: 'only in the service',
  missing: 'only in the files',
  changed: 'differs',
};

function inWords(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'The files say what the service does.\n';
  const lines = differences.flatMap(({ section, name, kind, fields = [] }) => [
    `${section}: ${name} ${KINDS[kind]}`,
    ...fields.map(
      (field) => `  ${field.name}: ${said(field.files)} in the files, ${said(field.service)} in the service`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

function said(value: unknown): string {
  return value === null ? 'nothing' : JSON.stringify(value);
}
