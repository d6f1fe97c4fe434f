import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../src/endpoints/endpoints.js';
import { controllerPaths, OwnedPaths } from '../src/mount/owned-paths.js';
import { startService } from './support/app.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');

describe('the house', () => {
  it('has no rooms for odds and ends', async () => {
    const entries = await readdir(join(ROOT, 'src'), { recursive: true });
    expect(
      entries.filter((entry) => /(^|\/)(utils?|helpers?|common|misc|lib)(\/|\.ts|$)/.test(entry)),
    ).toEqual([]);
  });

  it('has every endpoint at a path of its own', () => {
    const paths = ENDPOINTS.flatMap((endpoint) => controllerPaths(endpoint));
    expect(() => new OwnedPaths('', ENDPOINTS)).not.toThrow();
    expect(paths).toEqual([
      'authorize',
      'interaction',
      'end-session',
      'device',
      'token',
      'par',
      'device_authorization',
      'register',
      'register',
      'revoke',
      'introspect',
      'status-lists',
      'userinfo',
      'jwks',
      '.well-known/oauth-authorization-server',
      '.well-known/openid-configuration',
      '.well-known/oauth-protected-resource',
      'resource-metadata',
    ]);
  });
});

describe('the entities and the migrations', () => {
  it('say the same', async () => {
    const service = await startService();
    expect(await service.schemaDrift()).toEqual([]);
    await service.close();
  });
});

describe('docs/adr', () => {
  it('numbers each decision once', async () => {
    const numbers = (await readdir(join(ROOT, 'docs/adr'))).map((file) => file.slice(0, 4));
    expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  });
});

describe('docs/conformance.md', () => {
  it('names tests that exist', async () => {
    const { stdout } = await run('node', ['scripts/check-conformance.mjs'], { cwd: ROOT });
    expect(stdout).toMatch(/\d+ requirements/);
  });
});
