import { type ChildProcess, execFile } from 'node:child_process';
import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestService } from './support/app.js';
import { startProgram } from './support/example-program.js';
import { OAuthTestClient } from './support/oauth-client.js';
import { CONTEXT_DEPENDENCIES, hostDependencies, installPacked } from './support/packed-host.js';
import { callAsNewcomer, SDK_CLIENTS } from './support/sdk-clients.js';
import { JEST } from './support/stock-application.js';

const EXAMPLES = join(import.meta.dirname, '../examples');
const run = promisify(execFile);
const NEST_11 = { ...hostDependencies('11', '^0.3.25'), ...JEST.dependencies };

describe('the examples', () => {
  it('are all named and tried', async () => {
    const folders = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual([
      'fastify',
      'sessions-and-jest',
      'two-servers',
    ]);
    const readme = await readFile(join(EXAMPLES, 'README.md'), 'utf8');
    for (const { name } of folders) expect(readme).toContain(`[${name}](${name})`);
  });

  describe.each([
    ['Nest 12', CONTEXT_DEPENDENCIES, ['two-servers', 'fastify']],
    ['Nest 11', NEST_11, ['sessions-and-jest']],
  ])('for %s', (_name, installed, names) => {
    let folder: string;
    const started = new Map<string, { program: ChildProcess; service: TestService }>();

    beforeAll(async () => {
      folder = await installPacked(installed);
      for (const name of names) await cp(join(EXAMPLES, name), join(folder, name), { recursive: true });
      for (const name of names) {
        const cwd = join(folder, name);
        // `npm start`, step by step.
        await run(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc')], { cwd }).catch(
          ({ stdout }: { stdout: string }) => Promise.reject(new Error(stdout)),
        );
        started.set(name, await startProgram('dist/main.js', cwd));
      }
    }, 300_000);
    afterAll(async () => {
      for (const { program } of started.values()) program.kill();
      await rm(folder, { recursive: true, force: true });
    });

    const personOf = (name: string) => new OAuthTestClient(started.get(name)?.service as TestService);

    it('ask npm for what they are tried with', async () => {
      for (const name of names) {
        const { dependencies, devDependencies, scripts } = JSON.parse(
          await readFile(join(EXAMPLES, name, 'package.json'), 'utf8'),
        ) as Record<'dependencies' | 'devDependencies' | 'scripts', Record<string, string>>;
        const { 'nestjs-mcp-auth': library, ...others } = { ...dependencies, ...devDependencies };
        expect(installed).toMatchObject(others);
        expect([library, scripts['start']]).toEqual(['^0.1.0', 'tsc && node dist/main.js']);
      }
    });

    it.each(names.flatMap((name) => SDK_CLIENTS.map((client) => ({ example: name, ...client }))))(
      '$example is an MCP server, whose tool $name calls',
      async ({ example, ...client }) => {
        expect(await callAsNewcomer(client, personOf(example), 'read_note')).toBe('The note of alice');
      },
    );

    if (names.includes('two-servers'))
      it('two-servers has a second server, which takes no token of the first, and a tool that asks for more', async () => {
        const person = personOf('two-servers');
        const files = `${person.service.issuer}/files`;
        for (const client of SDK_CLIENTS)
          expect(await callAsNewcomer(client, person, 'read_file', files)).toBe('The file of alice');
        await person.register();
        const { access_token: token } = await person.tokens();
        const call = async (url: string, name: string) => {
          const response = await fetch(url, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/json',
              accept: 'application/json, text/event-stream',
            },
            body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
          });
          return [response.status, response.headers.get('www-authenticate')];
        };
        expect(await call(files, 'read_file')).toEqual([
          401,
          expect.stringContaining('error="invalid_token"') as string,
        ]);
        expect(await call(person.service.resource, 'delete_note')).toEqual([
          403,
          expect.stringContaining('scope="notes:read notes:delete"') as string,
        ]);
      });

    if (names.includes('sessions-and-jest')) {
      it('sessions-and-jest knows somebody at the next client', async () => {
        const client = await personOf('sessions-and-jest').register();
        await client.toConsent();
        const other = new OAuthTestClient(client.service, client.browser);
        await other.register({ client_name: 'Another client' });
        const page = await other.follow(await other.authorize());
        expect([page.url.includes('/sign-in'), page.body.includes('Another client')]).toEqual([false, true]);
      });

      it('sessions-and-jest is tested by Jest', async () => {
        const jest = join(folder, 'node_modules/jest/bin/jest.js');
        const { stderr } = await run(process.execPath, [jest], { cwd: join(folder, 'sessions-and-jest') });
        expect(stderr).toContain('1 passed');
      });
    }
  });
});
