import { CommanderError } from 'commander';
import { commandLine } from './commands/program.js';

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

/** What only says something of the command line loads nothing of this. */
async function serve(): Promise<void> {
  await (await import('./serve.js')).serve();
}
