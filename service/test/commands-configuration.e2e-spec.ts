import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpResources } from 'nestjs-mcp-auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase } from '../../test/support/postgres.js';
import { press, signedIn } from './support/administration.js';
import { runCommand, runHere } from './support/run-command.js';
import { type Standalone, startStandalone } from './support/standalone.js';

const FILES = {
  identifier: 'https://files.example.com/mcp',
  name: 'Files',
  scopes: { 'files:read': 'Read' },
};

describe.skipIf(!postgresUrl)('the commands of the configuration', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: NodeJS.ProcessEnv;
  let service: Standalone;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-commands-'));
    database = await newDatabase();
    environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      PORT: String(await freePort()),
    };
    service = await startStandalone(environment);
    await service.application.get(McpResources).save(FILES);
    const ada = await signedIn(service);
    await press(service, ada, '/admin/clients/new-service-account', {
      clientId: 'nightly-report',
      resource: FILES.identifier,
      scopes: 'files:read',
    });
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const say = (...words: string[]) => runHere(environment, ['config', ...words]);

  it('write what the service says, and find no difference in it; the built ones, too', async () => {
    const at = join(folder, 'own');
    const written = await runCommand(environment, ['config', 'export', at]);
    expect([written.code, written.errors]).toEqual([0, '']);
    expect(written.output.trim().split('\n')).toEqual(
      ['servers.json', 'policy.yaml', 'settings.env'].map((name) => join(at, name)),
    );
    const checked = await runCommand(environment, ['config', 'check', at]);
    expect(checked).toEqual({ code: 0, output: 'The files say what the service does.\n', errors: '' });
    expect(JSON.parse((await say('check', at, '--json')).output)).toEqual({ differences: [] });
    // What is there is not overwritten.
    const before = await readFile(join(at, 'servers.json'), 'utf8');
    const again = await say('export', at);
    expect([again.code, await readFile(join(at, 'servers.json'), 'utf8')]).toEqual([1, before]);
    expect(again.errors).toMatch(/[A-Z][^\n]+\.\n$/);
  });

  it('say what differs, with exit code 1, in words and as JSON', async () => {
    const at = join(folder, 'other');
    await mkdir(at);
    const servers = [{ ...FILES, name: 'Documents' }];
    await writeFile(join(at, 'servers.json'), JSON.stringify(servers));
    const words = await runCommand(environment, ['config', 'check', at]);
    expect(words).toEqual({
      code: 1,
      output: `servers: ${FILES.identifier} differs\n  name: "Documents" in the files, "Files" in the service\n`,
      errors: '',
    });
    const { code, output } = await say('check', at, '--json');
    expect([code, JSON.parse(output)]).toEqual([
      1,
      {
        differences: [
          {
            section: 'servers',
            name: FILES.identifier,
            kind: 'changed',
            fields: [{ name: 'name', files: 'Documents', service: 'Files' }],
          },
        ],
      },
    ]);
  });

  it.each<[string, (at: string) => Promise<unknown>, string]>([
    ['no folder', async () => undefined, 'has none of servers.json'],
    ['nothing of its own in it', (at) => mkdir(at), 'has none of servers.json'],
    ['a file in place of a folder', (at) => writeFile(at, ''), 'has none of servers.json'],
    [
      'a folder in place of a file',
      async (at) => {
        await mkdir(at);
        await mkdir(join(at, 'servers.json'));
      },
      'servers.json',
    ],
    [
      'no JSON in it',
      async (at) => {
        await mkdir(at);
        await writeFile(join(at, 'servers.json'), '{');
      },
      'servers.json',
    ],
  ])('say in one sentence what is wrong with %s', async (name, make, sentence) => {
    const at = join(folder, name.replaceAll(' ', '-'));
    await make(at);
    const { code, output, errors } = await say('check', at);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(sentence);
    expect(errors).toMatch(/^[A-Z/`][^\n]+\.\n$/);
    expect(errors).not.toMatch(/SyntaxError|\n {2,}at /);
  });

  it('leave alone what the console has made where a file names it too: the start says what to do', async () => {
    const policy = join(folder, 'policy-of-both.yaml');
    await writeFile(
      policy,
      `serviceAccounts:\n  - id: nightly-report\n    servers: [${service.mcpUrl}]\n    scopes: [mcp:tools]\n    clientSecret: { env: NIGHTLY_SECRET }\n`,
    );
    const both = { ...environment, MCP_AUTH_POLICY_FILE: policy, NIGHTLY_SECRET: 'x'.repeat(40) };
    const started = await runHere(both, ['config', 'check', join(folder, 'own')]);
    expect(started.code).toBe(1);
    expect(started.errors).toContain('nightly-report');
    expect(started.errors).toMatch(/^[A-Z`][^\n]+\.\n$/);
  });
});
