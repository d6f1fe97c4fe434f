import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, within } from '../../test/support/eventually.js';
import { freePort } from '../../test/support/free-port.js';
import { runHere } from './support/run-command.js';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const SECRET = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=';

describe('starting the service', () => {
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-start-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const start = (environment: NodeJS.ProcessEnv) => {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        MCP_AUTH_DATA_DIR: dataDir,
        MCP_AUTH_LOG_LEVEL: 'silent',
        ...environment,
      },
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) =>
      child.once('exit', (code) => resolve({ code, output, errors })),
    );
    const written = async (text: string) => {
      await within(110_000, async () => output.includes(text));
      return { output };
    };
    return { child, ended, written, errors: () => errors };
  };

  const onTerminal = (environment: NodeJS.ProcessEnv) => {
    const child = spawn('script', ['-qec', `exec '${process.execPath}' '${MAIN}'`, '/dev/null'], {
      env: { PATH: process.env['PATH'], TERM: 'dumb', ...environment },
    });
    let screen = '';
    child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const end = async () => {
      // Control and C, as somebody types it.
      child.stdin.write('\u0003');
      await ended;
    };
    return { screen: () => screen, end };
  };

  it.each([
    ['a weak secret', { MCP_AUTH_SECRET: 'password' }, /must be at least 32 random bytes/],
    [
      'a secret of one byte, repeated',
      { MCP_AUTH_SECRET: '00'.repeat(32) },
      /must be at least 32 random bytes/,
    ],
    ['plain http', { MCP_AUTH_ISSUER: 'http://auth.example.com' }, /must use https/],
    [
      'an issuer in capitals',
      { MCP_AUTH_ISSUER: 'https://AUTH.example.com' },
      /must be written as https:\/\/auth\.example\.com/,
    ],
    [
      'a database that is not there',
      { DATABASE_URL: 'postgres://127.0.0.1:1/x', MCP_AUTH_SECRET: SECRET },
      /database cannot be used.*DATABASE_URL/,
    ],
    [
      'a database URL of another kind',
      { DATABASE_URL: 'mysql://127.0.0.1/x', MCP_AUTH_SECRET: SECRET },
      /must begin with postgres:\/\//,
    ],
    [
      'a data directory that cannot be made',
      { MCP_AUTH_DATA_DIR: '/dev/null/data' },
      /data directory .* (cannot be|choose)/,
    ],
  ])('ends with code 1 and one sentence for %s', async (_name, environment, sentence) => {
    const usual = {
      PORT: String(await freePort()),
      MCP_AUTH_DATA_DIR: dataDir,
      MCP_AUTH_LOG_LEVEL: 'silent',
    };
    const { code, errors } = await runHere({ ...usual, ...environment }, []);
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('says on a terminal where everything is, with a link to begin, in lines for people', async () => {
    const port = await freePort();
    const environment = { PORT: String(port), MCP_AUTH_DATA_DIR: join(dataDir, 'terminal') };
    const { screen, end } = onTerminal(environment);
    await within(110_000, () => screen().includes('/setup?token='));
    for (const text of [
      `http://localhost:${port}/mcp`,
      '/sign-in',
      'Administrator   none yet',
      'claude mcp add',
      'code --add-mcp',
      'mcpServers',
      '@modelcontextprotocol/inspector',
    ])
      expect(screen()).toContain(text);
    await fetch(`http://localhost:${port}/jwks`);
    await eventually(async () => /^\[\d\d:\d\d:\d\d\] INFO: GET \/jwks 200 \(\d+ ms\)\r$/m.test(screen()));
    expect(screen()).not.toMatch(/^\{/m);
    await end();
  });

  it('writes JSON alone to standard output elsewhere, keeps its directory to itself, and goes in order', async () => {
    const port = await freePort();
    const first = start({ PORT: String(port), MCP_AUTH_LOG_LEVEL: 'info' });
    const { output } = await first.written('There is no administrator yet');
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'The service is there.', issuer: `http://localhost:${port}` }),
    );
    expect(first.errors()).toBe('');
    const health = await fetch(`http://localhost:${port}/health/ready`);
    expect([health.status, await health.json()]).toEqual([
      503,
      expect.objectContaining({ status: 'unavailable', database: 'up', administrator: 'down' }),
    ]);
    expect((await fetch(`http://localhost:${port}/health/live`)).status).toBe(200);

    const second = await start({ PORT: String(await freePort()) }).ended;
    expect([second.code, second.errors]).toEqual([1, expect.stringContaining('is in use by process')]);

    first.child.kill('SIGTERM');
    const { code } = await first.ended;
    expect(code).toBe(0);
  });

  it('prints the link where that is asked for', async () => {
    const port = await freePort();
    const first = start({
      PORT: String(port),
      MCP_AUTH_DATA_DIR: join(dataDir, 'link'),
      MCP_AUTH_SETUP_LINK: 'print',
      MCP_AUTH_LOG_LEVEL: 'info',
    });
    await within(110_000, () => first.errors().includes('/setup?token='));
    expect(first.errors()).toMatch(
      new RegExp(`^The first administrator .* at http://localhost:${port}/setup\\?token=\\S+\n$`),
    );
    first.child.kill('SIGTERM');
    expect((await first.ended).output).not.toContain('token=');
  });

  it('names an administrator of the environment only where that one was made', async () => {
    const shown = (screen: string) => /Administrator {3}(.*)\r/.exec(screen)?.[1];
    const environment = {
      PORT: String(await freePort()),
      MCP_AUTH_DATA_DIR: join(dataDir, 'named'),
      MCP_AUTH_ADMIN_PASSWORD: 'correct horse battery',
    };
    for (const [email, name] of [
      ['first@example.com', 'first@example.com'],
      ['other@example.com', 'set up'],
    ]) {
      const terminal = onTerminal({ ...environment, MCP_AUTH_ADMIN_EMAIL: email });
      await within(110_000, () => shown(terminal.screen()) !== undefined);
      expect(shown(terminal.screen())).toBe(name);
      await terminal.end();
    }
  });

  it('says so when its port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    const { code, errors } = await start({ PORT: String(port), MCP_AUTH_DATA_DIR: join(dataDir, 'port') })
      .ended;
    expect([code, errors.trim()]).toEqual([
      1,
      `Port ${port} on 127.0.0.1 is in use: set PORT to another one.`,
    ]);
    blocker.close();
  });
});
