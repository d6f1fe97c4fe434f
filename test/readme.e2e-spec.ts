import type { ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleFolder, startExample } from './support/example-program.js';
import { OAuthTestClient } from './support/oauth-client.js';

const ROOT = join(import.meta.dirname, '..');

describe('the README', () => {
  let readme: string;

  beforeAll(async () => {
    readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  });

  it('takes a stranger at most a few minutes', () => {
    expect(Buffer.byteLength(readme)).toBeLessThan(16_000);
  });

  it('names pictures and pages that exist', async () => {
    for (const [, path = ''] of readme.matchAll(
      /\]\(((?:docs|LICENSE|SECURITY|CONTRIBUTING|CHANGELOG)[^)#]*)\)/g,
    ))
      expect((await readFile(join(ROOT, path))).length, path).toBeGreaterThan(0);
  });

  describe('its protected tool', () => {
    let folder: string;
    let host: ChildProcess;

    beforeAll(async () => {
      folder = await exampleFolder();
    });
    afterAll(async () => {
      host.kill();
      await rm(folder, { recursive: true, force: true });
    });

    it('is the file that is compiled, and works as it stands', async () => {
      const snippet = await readFile(join(ROOT, 'test/readme/notes.ts'), 'utf8');
      expect(readme).toContain(snippet);
      const example = await startExample(snippet, folder);
      host = example.program;
      const client = await new OAuthTestClient(example.service).register();
      const page = await client.follow(await client.authorize({ scope: 'notes:read' }));
      const location = (await client.approve(page)).headers.get('location') ?? '';
      const code = new URL(location).searchParams.get('code');
      const { body } = await client.exchange(code ?? '');
      expect((await client.call()).status).toBe(401);
      expect((await client.call(body.access_token)).body).toMatchObject({
        result: { note: 'for alice' },
      });
    });
  });
});
