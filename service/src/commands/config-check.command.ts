import { Command } from 'commander';

/** Says what differs between files and the service; changes nothing. */
export function configCheck(): Command {
  return new Command('check')
    .description('Says what differs between such files and the service; exit code 1 where something does.')
    .argument('<folder>', 'with servers.json, policy.yaml and settings.env, or some of them')
    .option('--json', 'for programs')
    .action(async (folder: string, { json = false }: { json?: boolean }) =>
      (await import('./config-check.action.js')).checkConfiguration(folder, json),
    );
}
