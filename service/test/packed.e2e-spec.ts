import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { within } from '../../test/support/eventually.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

describe('the two packed packages, installed into an empty folder for production', () => {
  let folder: string;
  let service: ChildProcess;
  let origin: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-packed-'));
    const { stdout } = await run(
      'npm',
      ['pack', '--silent', '--ignore-scripts', '--workspaces', '--pack-destination', folder],
      { cwd: ROOT },
    );
    const tarballs = stdout.trim().split('\n');
    expect(tarballs).toHaveLength(2);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }));
    await run(
      'npm',
      [
        'install',
        '--omit=dev',
        '--no-audit',
        '--no-fund',
        '--prefer-offline',
        ...tarballs.map((name) => `./${name}`),
      ],
      { cwd: folder },
    );
    const port = await freePort();
    origin = `http://localhost:${port}`;
    let output = '';
    service = spawn('npx', ['--no', 'nestjs-mcp-auth-service'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, PORT: String(port), MCP_AUTH_LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [service.stdout, service.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await within(110_000, () => {
      if (service.exitCode !== null) throw new Error(`The service ended: ${output}`);
      return fetch(`${origin}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
  }, 300_000);
  afterAll(async () => {
    // npx and what it runs.
    if (service.pid !== undefined && service.exitCode === null) {
      const ended = once(service, 'exit');
      process.kill(-service.pid, 'SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('run by their command, with every feature in its place', async () => {
    const status = async (path: string, init?: RequestInit) =>
      (await fetch(`${origin}${path}`, { redirect: 'manual', ...init })).status;
    expect(await status('/sign-in')).toBe(200);
    expect(await status('/')).toBe(303);
    expect(await status('/admin/people')).toBe(303);
    expect(await status('/.well-known/oauth-authorization-server')).toBe(200);
    expect(await status('/mcp', { method: 'POST', body: '{}' })).toBe(401);
  });

  it('hold one copy of the library', async () => {
    const { stdout } = await run('npm', ['ls', 'nestjs-mcp-auth', '--parseable', '--all'], { cwd: folder });
    expect(stdout.trim().split('\n')).toEqual([join(folder, 'node_modules/nestjs-mcp-auth')]);
  });
});
