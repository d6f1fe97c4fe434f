import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestService } from '../support/app.js';
import { fillDataDir } from '../support/data-dir.js';
import { freePort } from '../support/free-port.js';
import { OAuthTestClient } from '../support/oauth-client.js';
import { hostDependencies, installPacked } from '../support/packed-host.js';

const run = promisify(execFile);

describe.each([
  ['Nest 12 as ECMAScript module', '12', '^1.1.0', 'main.mjs'],
  ['Nest 12 as CommonJS', '12', '^1.1.0', 'main.cjs'],
  ['Nest 11 and TypeORM 0.3 as CommonJS', '11', '^0.3.25', 'main.cjs'],
])('the packed library in a host with %s, with everything in its way', (_name, version, typeorm, main) => {
  let folder: string;
  let host: ChildProcess;
  let client: OAuthTestClient;
  let origin: string;

  beforeAll(async () => {
    folder = await installPacked(hostDependencies(version, typeorm));
    await cp(join(import.meta.dirname, 'fixture'), folder, { recursive: true });
    await fillDataDir(join(folder, 'data'));
    const port = await freePort();
    origin = `http://localhost:${port}`;
    host = spawn(process.execPath, [main], {
      cwd: folder,
      env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      host.stdout?.once('data', () => resolve());
      host.once('exit', (code) => reject(new Error(`The host ended with ${code}.`)));
    });
    const service = { issuer: `${origin}/auth`, origin, resource: `${origin}/api/v1/mcp` } as TestService;
    client = await new OAuthTestClient(service).register();
  }, 300_000);
  afterAll(async () => {
    host.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const call = async (token?: string, name = 'read_note') => {
    const response = await fetch(`${origin}/api/v1/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as object };
  };

  it('keeps one copy of Nest', async () => {
    const { stdout } = await run('npm', ['ls', '@nestjs/core', '--json', '--all'], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error);
    const versions = new Set(
      [...stdout.matchAll(/"@nestjs\/core": \{\s*"version": "([^"]+)"/g)].map(([, found]) => found),
    );
    expect(versions.size).toBe(1);
    expect([...versions][0]?.startsWith(`${version}.`)).toBe(true);
  });

  it('serves discovery at the root, whatever the prefix and the guards of the host are', async () => {
    for (const path of [
      '/.well-known/oauth-authorization-server/auth',
      '/auth/.well-known/openid-configuration',
    ]) {
      const metadata = (await (await fetch(origin + path)).json()) as { issuer: string };
      expect(metadata.issuer).toBe(`${origin}/auth`);
    }
    const resource = await fetch(`${origin}/.well-known/oauth-protected-resource/api/v1/mcp`);
    expect(await resource.json()).toMatchObject({ resource: `${origin}/api/v1/mcp` });
    expect(resource.headers.get('content-security-policy')).toBeNull();
  });

  it('survives an unauthenticated request, and keeps status and challenge against the filter of the host', async () => {
    const refused = await call();
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain(
      `resource_metadata="${origin}/.well-known/oauth-protected-resource/api/v1/mcp"`,
    );
    expect(host.exitCode).toBeNull();
    expect((await call('x')).headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('leads through the sign-in page of the host to a tool call', async () => {
    const page = await client.toConsent();
    expect(page.headers.get('content-security-policy')).not.toContain('form-action');
    const tokens = await client.tokens();
    const answer = await call(tokens.access_token);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      wrapped: { result: { session: { userId: 'alice', scopes: ['notes:read'] } } },
    });
    const forbidden = await call(tokens.access_token, 'write_note');
    expect([
      forbidden.status,
      forbidden.headers.get('www-authenticate')?.includes('scope="notes:read notes:write"'),
    ]).toEqual([403, true]);
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
  });
});
