import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import type { TestService } from './app.js';
import { freePort } from './free-port.js';
import { fillDataDir } from './data-dir.js';
import { within } from './eventually.js';

const ROOT = join(import.meta.dirname, '../..');

/** A folder below the project, so that an example finds the library by its name, as it is built. */
export async function exampleFolder(): Promise<string> {
  const cache = join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  return mkdtemp(join(cache, 'example-'));
}

/** Compiles an example as the project is compiled: the file to run, in the folder. */
export async function compileExample(source: string, folder: string): Promise<string> {
  const { compilerOptions } = ts.parseConfigFileTextToJson(
    '',
    await readFile(join(ROOT, 'tsconfig.json'), 'utf8'),
  ).config as { compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, ROOT);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { ...options, noEmit: false },
    fileName: 'example.mts',
  });
  const main = join(folder, 'example.mjs');
  await writeFile(main, outputText);
  return main;
}

/** Runs an example that is a whole application, and waits until it answers. */
export async function startExample(source: string, folder: string): Promise<StartedExample> {
  return startProgram(await compileExample(source, folder), folder);
}

export interface StartedExample {
  program: ChildProcess;
  service: TestService;
}

/** Runs a program that is a whole application with an MCP server, and waits until it answers. */
export async function startProgram(main: string, folder: string): Promise<StartedExample> {
  const port = await freePort();
  await fillDataDir(join(folder, 'data'));
  const program = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const origin = `http://localhost:${port}`;
  const answers = () =>
    fetch(`${origin}/jwks`).then(
      ({ ok }) => ok,
      () => false,
    );
  await within(110_000, answers).catch((error: unknown) => {
    program.kill();
    throw error;
  });
  return { program, service: { issuer: origin, origin, resource: `${origin}/mcp` } as TestService };
}
