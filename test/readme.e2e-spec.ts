import type { ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestService } from './support/app.js';
import { startExample } from './support/example-program.js';
import { OAuthTestClient } from './support/oauth-client.js';
import { CONTEXT_DEPENDENCIES, installPacked } from './support/packed-host.js';
import { callAsNewcomer, SDK_CLIENTS } from './support/sdk-clients.js';

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

  describe('its application, in a folder of its own with the packed library', () => {
    let folder: string;
    let host: ChildProcess;
    let service: TestService;

    beforeAll(async () => {
      folder = await installPacked(CONTEXT_DEPENDENCIES);
      const [source = ''] = /(?<=```ts\n)import 'reflect-metadata'[^]*?(?=```)/.exec(readme) ?? [];
      ({ program: host, service } = await startExample(source, folder));
    }, 300_000);
    afterAll(async () => {
      host?.kill();
      await rm(folder, { recursive: true, force: true });
    });

    it('is the file that is compiled', async () => {
      expect(readme).toContain(await readFile(join(ROOT, 'test/readme/notes.ts'), 'utf8'));
    });

    it.each(SDK_CLIENTS)('is an MCP server, whose tool $name calls', async (client) => {
      expect(await callAsNewcomer(client, new OAuthTestClient(service), 'read_note')).toBe(
        'The note of alice',
      );
    });

    it('takes POST alone: GET is 401 without a token and 405 with one (MCP, Streamable HTTP)', async () => {
      const { access_token: token } = await (await new OAuthTestClient(service).register()).tokens();
      const ask = async (method: string, headers = {}) =>
        (await fetch(service.resource, { method, headers: { accept: 'text/event-stream', ...headers } }))
          .status;
      const withToken = { authorization: `Bearer ${token}` };
      for (const method of ['GET', 'DELETE'])
        expect([await ask(method), await ask(method, withToken)], method).toEqual([401, 405]);
    });
  });
});
