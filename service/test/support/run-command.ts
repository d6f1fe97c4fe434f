import type { Command } from 'commander';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import passport from 'passport';
import { vi } from 'vitest';
import { commandLine } from '../../src/commands/program.js';
import { run } from '../../src/run.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

export interface CommandEnd {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs a command of the built service, without a terminal, to its end. */
export function runCommand(
  environment: NodeJS.ProcessEnv,
  words: readonly string[],
  program: readonly string[] = [process.execPath, MAIN],
): Promise<CommandEnd> {
  const [file = '', ...before] = program;
  return new Promise((resolve) => {
    const child = spawn(file, [...before, ...words], { env: { PATH: process.env['PATH'], ...environment } });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdin.end();
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}

/** What signs people in, which all applications of a process share: the last to start has put its own there. */
const strategies = Reflect.get(passport, '_strategies') as Record<string, unknown>;

/** What stands for the end of the process. */
class Ended {
  constructor(readonly code: number) {}
}

/**
 * Runs a command in this process, from the sources, which takes a fifth of what a process takes to load them: for what a
 * command says and does. That the built one ends as a process must, some test of each command shows by `runCommand`.
 */
export async function runHere(environment: NodeJS.ProcessEnv, words: readonly string[]): Promise<CommandEnd> {
  const own = process.env;
  const ofService = { ...strategies };
  let [output, errors] = ['', ''];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((output += String(text)))),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((errors += String(text)))),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Ended(Number(code ?? 0));
    }),
  ];
  process.env = { PATH: own['PATH'], ...environment };
  try {
    await run(words);
    return { code: Number(process.exitCode ?? 0), output, errors };
  } catch (error) {
    if (error instanceof Ended) return { code: error.code, output, errors };
    throw error;
  } finally {
    process.env = own;
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
    Object.assign(strategies, ofService);
    // So is Nest's logger: that of the command is gone.
    Logger.overrideLogger(false);
  }
}

/** Types words at a command that a terminal runs, and says what is on its screen in the end. */
export function runOnTerminal(
  environment: NodeJS.ProcessEnv,
  words: readonly string[],
  typed: readonly [question: string, answer: string][],
): Promise<{ code: number | null; screen: string }> {
  const line = [process.execPath, MAIN, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'dumb', ...environment },
  });
  const left = [...typed];
  let [screen, seen] = ['', 0];
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const [next] = left;
    const at = next ? screen.indexOf(next[0], seen) : -1;
    if (!next || at < 0) return;
    seen = at + next[0].length;
    left.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, screen })));
}

/** Every command there is, by all its words. */
export function commandNames(): string[] {
  return leaves(commandLine(async () => undefined)).map((words) => words.join(' '));
}

function leaves(command: Command): string[][] {
  return command.commands.flatMap((each) =>
    each.commands.length > 0 ? leaves(each).map((words) => [each.name(), ...words]) : [[each.name()]],
  );
}
