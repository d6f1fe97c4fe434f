import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REMOTE_INTROSPECTION, startService, type TestService } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { within } from '../support/eventually.js';
import { compileExample, exampleFolder } from '../support/example-program.js';
import { snippets } from '../support/how-to.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const source = (file: string) => readFile(join(import.meta.dirname, file), 'utf8');
const PYTHON = '/usr/bin/python3';

const hasPython = await run(PYTHON, ['-c', 'import jwt, cryptography']).then(
  () => true,
  () => false,
);
const hasGo = await run('go', ['version']).then(
  () => true,
  () => false,
);
if (!hasPython || !hasGo)
  console.warn('python3-jwt, python3-cryptography or golang-go is missing: some how-to pages are not tried.');
// Where everything is installed, nothing may be skipped.
if (process.env['CI'] && !(hasPython && hasGo)) throw new Error('Python or Go is missing.');

interface Program {
  page: string;
  file: string;
  language: string;
  start: (folder: string, file: string) => Promise<[string, string[]]>;
}

const TYPESCRIPT: Program = {
  page: 'remote-nestjs-resource-server.md',
  file: 'remote-server.ts',
  language: 'ts',
  start: async (folder, file) => [process.execPath, [await compileExample(await source(file), folder)]],
};
const PYTHON_SERVER: Program = {
  page: 'python-resource-server.md',
  file: 'server.py',
  language: 'python',
  start: async (_, file) => [PYTHON, [join(import.meta.dirname, file)]],
};
const GO_SERVER: Program = {
  page: 'go-resource-server.md',
  file: 'server.go',
  language: 'go',
  start: async (folder, file) => {
    const binary = join(folder, 'server');
    await run('go', ['build', '-o', binary, join(import.meta.dirname, file)], {
      env: { ...process.env, GOCACHE: join(ROOT, 'node_modules/.cache/go') },
    });
    return [binary, []];
  },
};

describe.each([TYPESCRIPT, ...(hasPython ? [PYTHON_SERVER] : []), ...(hasGo ? [GO_SERVER] : [])])(
  'docs/how-to/$page',
  ({ page: name, file, language, start }) => {
    let folder: string;
    let service: TestService;
    let server: ChildProcess;
    let client: OAuthTestClient;
    let resource: string;
    let origin: string;

    beforeAll(async () => {
      folder = await exampleFolder();
      const port = await freePort();
      origin = `http://localhost:${port}`;
      resource = `${origin}/mcp`;
      service = await startService({ remoteResource: resource });
      const [command, parameters] = await start(folder, file);
      server = spawn(command, parameters, {
        cwd: folder,
        env: { PATH: process.env['PATH'], ISSUER: service.issuer, RESOURCE: resource, PORT: String(port) },
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      await within(110_000, () =>
        fetch(`${origin}/.well-known/oauth-protected-resource/mcp`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      client = await new OAuthTestClient(service).register();
    });
    afterAll(async () => {
      server.kill();
      await service.close();
      await rm(folder, { recursive: true, force: true });
    });

    const call = async (token?: string) => {
      const response = await fetch(resource, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: '{}',
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
    };
    const ask = { resource: '', scope: 'tools:use' };

    it('holds the very program that is run here', async () => {
      expect(await snippets(name, language)).toContain(await source(file));
    });

    it('publishes its metadata (RFC 9728 §3)', async () => {
      const response = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`);
      expect(await response.json()).toMatchObject({
        resource,
        authorization_servers: [service.issuer],
        scopes_supported: ['tools:use'],
      });
    });

    it('takes a good token', async () => {
      const { access_token: token } = await client.tokens({ ...ask, resource });
      const answer = await call(token);
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).toContain('"user":"alice"');
    });

    it('challenges without one, and with a bad one (RFC 6750 §3, RFC 9728 §5.1)', async () => {
      const { access_token: good } = await client.tokens({ ...ask, resource });
      const { access_token: other } = await client.tokens();
      service.clock.advance(-7_200);
      const { access_token: expired } = await client.tokens({ ...ask, resource, prompt: 'login' }, 'bob');
      service.clock.advance(7_200);
      for (const token of [undefined, 'nonsense', 'a.b.c', other, expired, `${good.slice(0, -6)}AAAAAA`]) {
        const answer = await call(token);
        expect(answer.status).toBe(401);
        const challenge = answer.headers.get('www-authenticate') ?? '';
        expect(challenge).toContain(
          `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="tools:use"`,
        );
        expect(challenge.includes('error="invalid_token"')).toBe(token !== undefined);
      }
    });

    it('refuses a token without the scope (RFC 6750 §3.1)', async () => {
      const { access_token: token } = await client.tokens({ resource, scope: 'tools:other' });
      const answer = await call(token);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    });
  },
);

describe.each([
  ...(hasPython ? [{ name: 'python-resource-server.md', file: 'introspection.py', language: 'python' }] : []),
  ...(hasGo ? [{ name: 'go-resource-server.md', file: 'introspection.go', language: 'go' }] : []),
])('introspection in docs/how-to/$name', ({ name, file, language }) => {
  it('knows a good token from a revoked one (RFC 7662 §2.2)', async () => {
    expect(await snippets(name, language)).toContain(await source(file));
    const resource = 'https://files.example.com/mcp';
    const service = await startService({ remoteResource: resource });
    const client = await new OAuthTestClient(service).register();
    const { access_token: token } = await client.tokens({ resource, scope: 'tools:use' });
    const env = {
      ...process.env,
      ISSUER: service.issuer,
      CLIENT_ID: REMOTE_INTROSPECTION.clientId,
      CLIENT_SECRET: REMOTE_INTROSPECTION.clientSecret,
      GOCACHE: join(ROOT, 'node_modules/.cache/go'),
    };
    const introspect = async (sent: string) => {
      const path = join(import.meta.dirname, file);
      const script = `import runpy; claims = runpy.run_path(${JSON.stringify(path)})["introspect"](${JSON.stringify(sent)}); print(bool(claims), claims and claims["sub"])`;
      const { stdout } = await (language === 'go'
        ? run('go', ['run', path, sent], { env })
        : run(PYTHON, ['-c', script], { env }));
      return stdout.toLowerCase();
    };
    expect(await introspect(token)).toMatch(/^true alice/);
    expect(await introspect('nonsense')).toMatch(/^false/);
    await service.revocations.revokeUser('alice');
    expect(await introspect(token)).toMatch(/^false/);
    await service.close();
  });
});
