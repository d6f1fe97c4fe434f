import { Command } from 'commander';
import type { RotateOptions } from './keys-rotate.action.js';

/** Gives every signing key its successor. */
export function keysRotate(): Command {
  return new Command('rotate')
    .description('Publishes new signing keys, which take over once everybody knows them.')
    .option('--compromised', 'at once, and every token of the old ones is refused: they have leaked')
    .action(async (options: RotateOptions) => (await import('./keys-rotate.action.js')).rotateKeys(options));
}
