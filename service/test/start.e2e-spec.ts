import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/service-config.js';
import { within, withinASecond } from '../../test/support/eventually.js';
import { freePort } from '../../test/support/free-port.js';

const MAIN = join(import.meta.dirname, '../dist/main.js');
const SECRET = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=';

const provider = (issuer: string): NodeJS.ProcessEnv => ({
  MCP_AUTH_OIDC_ISSUER: issuer,
  MCP_AUTH_OIDC_CLIENT_ID: 'service',
  MCP_AUTH_OIDC_CLIENT_SECRET: 'secret',
});

describe('the environment of the service', () => {
  it.each([
    [{ PORT: 'x' }, 'PORT must be a whole number from 1 to 65535'],
    [{ PORT: '70000' }, 'PORT must be'],
    [{ MCP_AUTH_ISSUER: 'nonsense' }, 'MCP_AUTH_ISSUER must be an absolute URL'],
    [{ MCP_AUTH_ISSUER: 'http://auth.example.com' }, 'must use https'],
    [{ MCP_AUTH_ISSUER: 'https://auth.example.com/?x=1' }, 'no trailing slash, query'],
    [{ DATABASE_URL: 'postgres://db/x' }, 'MCP_AUTH_SECRET is needed'],
    [{ MCP_AUTH_REFRESH_GRACE: '301' }, 'MCP_AUTH_REFRESH_GRACE must be a whole number from 0 to 300'],
    [{ MCP_AUTH_ACCESS_TOKEN_TTL: '0' }, 'MCP_AUTH_ACCESS_TOKEN_TTL must be'],
    [{ MCP_AUTH_REGISTRATION: 'maybe' }, 'MCP_AUTH_REGISTRATION must be one of open, token, off'],
    [{ MCP_AUTH_REGISTRATION: 'token' }, 'MCP_AUTH_REGISTRATION_TOKEN must have at least 32'],
    [{ MCP_AUTH_REDIRECT_SCHEMES: 'my-editor, javascript' }, 'MCP_AUTH_REDIRECT_SCHEMES names javascript'],
    [{ MCP_AUTH_TOKEN_ENDPOINT_AUDIENCE: '1' }, 'MCP_AUTH_TOKEN_ENDPOINT_AUDIENCE must be one of on, off'],
    [{ MCP_AUTH_RATE_LIMIT: 'yes' }, 'MCP_AUTH_RATE_LIMIT must be one of on, off'],
    [{ MCP_AUTH_LOG_LEVEL: 'loud' }, 'MCP_AUTH_LOG_LEVEL must be one of'],
    [{ MCP_AUTH_ADMIN_EMAIL: 'a@b.c' }, 'must be set together'],
    [{ MCP_AUTH_RESOURCES: './nowhere.json' }, 'MCP_AUTH_RESOURCES ./nowhere.json cannot be read as JSON'],
    [{ MCP_AUTH_RESOURCES: './package.json' }, 'must hold a JSON array'],
    [{ MCP_AUTH_ADMIN_EMAIL: 'a@b.c', MCP_AUTH_ADMIN_PASSWORD: 'short' }, '12 to 1024 characters'],
    [
      { MCP_AUTH_OIDC_ISSUER: 'https://login.example.com' },
      'MCP_AUTH_OIDC_CLIENT_SECRET must be set together',
    ],
    [provider('login.example.com'), "MCP_AUTH_OIDC_ISSUER must be the provider's issuer"],
    [provider('http://login.example.com'), 'must use https'],
    [provider('https://login.microsoftonline.com/common/v2.0'), "must be your own tenant's"],
    [provider('https://login.microsoftonline.com/organizations/v2.0'), "must be your own tenant's"],
    [provider('https://login.microsoftonline.com/consumers/v2.0'), "must be your own tenant's"],
    [provider('https://sts.windows.net/common/'), "must be your own tenant's"],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_HOSTED_DOMAIN: 'yes' },
      'MCP_AUTH_OIDC_HOSTED_DOMAIN must be one of required, optional',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_DOMAINS: 'a@example.com' },
      'MCP_AUTH_OIDC_DOMAINS must be domains',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_SCOPES: 'email' },
      'MCP_AUTH_OIDC_SCOPES must hold openid',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_GROUPS_URL: 'groups' },
      'MCP_AUTH_OIDC_GROUPS_URL must be an https URL',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_GROUPS_URL: 'http://localhost/groups' },
      'MCP_AUTH_OIDC_GROUPS_URL must use https',
    ],
    [
      { ...provider('http://localhost:9'), MCP_AUTH_OIDC_GROUPS_URL: 'http://graph.example.com/groups' },
      'MCP_AUTH_OIDC_GROUPS_URL must use https',
    ],
    [{ MCP_AUTH_PASSWORDS: 'off' }, 'nobody could sign in'],
    [{ MCP_AUTH_POLICY_FILE: './nowhere.yaml' }, 'MCP_AUTH_POLICY_FILE ./nowhere.yaml cannot be read'],
    [{ MCP_AUTH_CLIENT_POLICY: 'closed' }, 'MCP_AUTH_CLIENT_POLICY must be one of'],
    [{ MCP_AUTH_CLIENT_ALLOW: 'claude.ai' }, 'MCP_AUTH_CLIENT_ALLOW "claude.ai" must be the beginning'],
    [{ MCP_AUTH_TRUSTED_CLIENTS: 'https://localhost/' }, 'must not name this computer'],
    [{ MCP_AUTH_INVITATION_TTL: '59' }, 'MCP_AUTH_INVITATION_TTL must be a whole number from 60 to 7776000'],
    [{ MCP_AUTH_GROUPS_MAX_AGE: '1' }, 'MCP_AUTH_GROUPS_MAX_AGE must be'],
  ])('refuses %j in one sentence that says what to change', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });

  it('asks for the company of a Google account, and of no other unless told to', () => {
    const hosted = (issuer: string, environment: NodeJS.ProcessEnv = {}) =>
      readConfig({ ...provider(issuer), ...environment }).signIn.providers[0]?.hostedDomain;
    const google = 'https://accounts.google.com';
    expect(hosted(google, { MCP_AUTH_OIDC_DOMAINS: 'example.com' })).toBe('required');
    // Without a company, everybody with an account there could come in.
    expect(() => hosted(google)).toThrow('needs the domains of your company');
    expect(hosted('https://accounts.google.com', { MCP_AUTH_OIDC_HOSTED_DOMAIN: 'optional' })).toBe(
      'optional',
    );
    expect(hosted('https://login.example.com')).toBe('optional');
  });

  it('takes more providers from the policy file, and its rules only where it has some', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-environment-'));
    const file = join(folder, 'policy.yaml');
    const issuer = 'https://login.partners.example';
    const providers = `providers: [{ id: partners, issuer: ${issuer}, clientId: a, clientSecret: { env: PARTNERS } }]\n`;
    const read = async (text: string, environment: NodeJS.ProcessEnv = {}) => {
      await writeFile(file, text);
      return readConfig({ MCP_AUTH_POLICY_FILE: file, PARTNERS: 'secret', ...environment });
    };
    const { signIn, policy } = await read(providers, {
      ...provider('https://login.example.com'),
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_PASSWORDS: 'off',
    });
    expect(signIn.providers.map(({ id }) => id)).toEqual(['sso', 'partners']);
    expect([policy.file?.policy, policy.clients.mode]).toEqual([null, 'approval']);
    expect((await read(providers, { MCP_AUTH_PASSWORDS: 'off' })).signIn.providers).toHaveLength(1);
    await expect(read(providers, provider(issuer))).rejects.toThrow(
      'MCP_AUTH_OIDC_ISSUER names an issuer that a provider of MCP_AUTH_POLICY_FILE has',
    );
    await expect(read('rules: []', { MCP_AUTH_CLIENT_POLICY: 'approval' })).rejects.toThrow(
      'do not go with rules in MCP_AUTH_POLICY_FILE',
    );
    await rm(folder, { recursive: true });
  });

  it('is safe by default: loopback alone, open registration, limits on, example server for loopback only', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      address: { issuer: 'http://localhost:3000' },
      example: { enabled: true, openByDefault: true },
      rateLimit: { enabled: true, redis: null },
      metrics: { token: null, port: null },
    });
    expect(readConfig({ MCP_AUTH_ISSUER: 'http://localhost:3000/auth' }).example.mcpUrl).toBe(
      'http://localhost:3000/mcp',
    );
    const remote = readConfig({ MCP_AUTH_ISSUER: 'https://auth.example.com/' });
    expect(remote).toMatchObject({
      host: '0.0.0.0',
      address: { issuer: 'https://auth.example.com' },
      example: { enabled: false },
    });
  });
});

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
      await within(30_000, async () => output.includes(text));
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
    const { code, errors } = await start({ PORT: String(await freePort()), ...environment }).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('says on a terminal where everything is, with a link to begin, in lines for people', async () => {
    const port = await freePort();
    const environment = { PORT: String(port), MCP_AUTH_DATA_DIR: join(dataDir, 'terminal') };
    const { screen, end } = onTerminal(environment);
    await within(30_000, () => screen().includes('/setup?token='));
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
    await withinASecond(async () => /^\[\d\d:\d\d:\d\d\] INFO: GET \/jwks 200 \(\d+ ms\)\r$/m.test(screen()));
    expect(screen()).not.toMatch(/^\{/m);
    await end();
  }, 60_000);

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
  }, 60_000);

  it('prints the link where that is asked for', async () => {
    const port = await freePort();
    const first = start({
      PORT: String(port),
      MCP_AUTH_DATA_DIR: join(dataDir, 'link'),
      MCP_AUTH_SETUP_LINK: 'print',
      MCP_AUTH_LOG_LEVEL: 'info',
    });
    await within(30_000, () => first.errors().includes('/setup?token='));
    expect(first.errors()).toMatch(
      new RegExp(`^The first administrator .* at http://localhost:${port}/setup\\?token=\\S+\n$`),
    );
    first.child.kill('SIGTERM');
    expect((await first.ended).output).not.toContain('token=');
  }, 60_000);

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
      await within(30_000, () => shown(terminal.screen()) !== undefined);
      expect(shown(terminal.screen())).toBe(name);
      await terminal.end();
    }
  }, 90_000);

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
