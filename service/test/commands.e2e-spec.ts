import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUDIT_TABLE, auditSealed } from './support/audit.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const MAIN = join(import.meta.dirname, '../dist/main.js');

describe('the commands', () => {
  let service: Standalone;
  let environment: NodeJS.ProcessEnv;

  let database: Awaited<ReturnType<typeof newDatabase>> | null;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-commands-'));
    database = postgresUrl ? await newDatabase() : null;
    environment = {
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      ...(database ? { DATABASE_URL: database.url } : { MCP_AUTH_DATA_DIR: dataDir }),
    };
    service = await startStandalone(environment);
    await new ServiceClient(service, service.mcpUrl).register();
    await auditSealed(service);
  });
  afterAll(async () => {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const run = (...words: string[]) =>
    new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
      const child = spawn(process.execPath, [MAIN, ...words], {
        env: { PATH: process.env['PATH'], ...environment },
      });
      let [output, errors] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.once('close', (code) => resolve({ code, output, errors }));
    });

  it('say in one line what there is, or what is wrong', async () => {
    const wrong: [string[], RegExp][] = [
      [
        ['--help'],
        /^Usage: nestjs-mcp-auth-service runs the service; nestjs-mcp-auth-service audit verify .*\.\n$/,
      ],
      [['audit'], /^Usage: /],
      [['audit', 'verify', '--heads', 'x'], /^Unknown option '--heads'/],
      [
        ['audit', 'verify', '--head', 'x'],
        /^--head must be <position>:<mac> as the log has it, not "x"\.\n$/,
      ],
      [['audit', 'export', '--since', 'noon'], /^--since must be a time such as .*, not "noon"\.\n$/],
    ];
    for (const [words, sentence] of wrong) {
      const { code, output, errors } = await run(...words);
      expect([code, output]).toEqual([1, '']);
      expect(errors).toMatch(sentence);
    }
  }, 60_000);

  it('call a wrong secret wrong, and say nothing of tampering', async () => {
    await service.close();
    const right = environment;
    environment = { ...right, MCP_AUTH_SECRET: randomBytes(32).toString('base64') };
    const { code, output, errors } = await run('audit', 'verify');
    environment = right;
    expect([code, output]).toEqual([1, '']);
    expect(errors).toMatch(/^MCP_AUTH_SECRET is wrong: it does not open the key of the audit\..*\n$/);
    const verified = await run('audit', 'verify');
    expect([verified.code, verified.errors]).toEqual([0, '']);
    service = await startStandalone(environment, false);
  }, 60_000);

  it('export the audit, verify it, and end with 1 when it was changed', async () => {
    // The embedded database has room for one process.
    await service.close();
    const exported = await run('audit', 'export');
    const lines = exported.output.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { action: string }).action)).toContain('client.register');
    expect((await run('audit', 'export', '--until', '2000-01-01T00:00:00Z')).output).toBe('');
    const again = (await run('audit', 'export', '--format', 'csv')).output.trim().split('\r\n');
    expect(again.filter((line) => line.includes('audit.export')).length).toBe(3);
    const verified = await run('audit', 'verify');
    expect([verified.code, verified.errors]).toEqual([0, '']);
    const [, head = ''] = /The head is (\S+)\n$/.exec(verified.output) ?? [];
    expect((await run('audit', 'verify', '--head', head)).code).toBe(0);

    service = await startStandalone(environment, false);
    await service.dataSource.query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await service.dataSource.query(`UPDATE ${AUDIT_TABLE} SET "action" = 'other' WHERE "position" = 1`);
    await service.close();
    const { code, output } = await run('audit', 'verify', '--head', head);
    expect(code).toBe(1);
    expect(output).toMatch(/^Event 1 is not as it was written\.\n\d+ events are as they were written/);
  }, 60_000);
});
