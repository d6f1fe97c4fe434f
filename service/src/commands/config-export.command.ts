import { Command } from 'commander';

/** Writes the configuration as the files that the service reads, without secrets. */
export function configExport(): Command {
  return new Command('export')
    .description(
      'Writes servers, rules, clients and settings as the files that the service reads; no secret.',
    )
    .argument('<folder>', 'where servers.json, policy.yaml and settings.env are written')
    .action(async (folder: string) =>
      (await import('./config-export.action.js')).exportConfiguration(folder),
    );
}
