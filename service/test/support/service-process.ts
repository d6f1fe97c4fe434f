import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { within } from '../../../test/support/eventually.js';

const MAIN = join(import.meta.dirname, '../../dist/main.js');

export interface ServiceProcess {
  child: ChildProcess;
  /** Where it listens. */
  origin: string;
  /** What it has written so far. */
  output(): string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A secret for instances of one service. */
export const newSecret = () => randomBytes(32).toString('base64');

/**
 * Runs the built service in a process of its own, and waits until it is ready, but for somebody who administers it.
 * @param main of another build.
 */
export async function startProcess(
  port: number,
  environment: NodeJS.ProcessEnv,
  main = MAIN,
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: String(port), MCP_AUTH_LOG_LEVEL: 'warn', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended: ServiceProcess['ended'] = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const origin = `http://127.0.0.1:${port}`;
  const health = environment['MCP_AUTH_ADMIN_EMAIL'] ? 'ready' : 'live';
  await within(110_000, () => {
    if (child.exitCode !== null) throw new Error(`The service ended: ${output}`);
    return fetch(`${origin}/health/${health}`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return { child, origin, output: () => output, ended };
}
