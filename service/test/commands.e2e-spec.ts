import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_VERSION } from '../src/config/service-version.js';
import { AUDIT_TABLE, auditSealed } from './support/audit.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { commandNames, runCommand } from './support/run-command.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('the commands', () => {
  let service: Standalone;
  let environment: NodeJS.ProcessEnv;

  let database: Awaited<ReturnType<typeof newDatabase>> | null;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-commands-'));
    database = postgresUrl ? await newDatabase() : null;
    environment = {
      PORT: String(await freePort()),
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

  const run = (...words: string[]) => runCommand(environment, words);

  it('are all listed by --help, with everything they take', async () => {
    const { code, output, errors } = await run('--help');
    expect([code, errors]).toEqual([0, '']);
    for (const name of commandNames()) expect(output).toContain(`\n  ${name}`);
    expect(output).toContain('revoke --before <time> [--user <email or id>] [--client <id>]');
    for (const name of commandNames()) {
      const help = await run(...name.split(' '), '--help');
      expect([help.code, help.errors]).toEqual([0, '']);
      expect(help.output).toContain(`Usage: nestjs-mcp-auth-service ${name}`);
    }
  });

  it('say the version of the service', async () => {
    expect(await run('--version')).toEqual({ code: 0, output: `${SERVICE_VERSION}\n`, errors: '' });
  });

  it.each<[string[], RegExp]>([
    [['audit'], /^Usage: nestjs-mcp-auth-service audit /],
    [['audti', 'verify'], /^error: unknown command 'audti'\n\(Did you mean audit\?\)\n$/],
    [['audit', 'verify', '--heads', 'x'], /^error: unknown option '--heads'\n\(Did you mean --head\?\)\n$/],
    [['audit', 'verify', '--head', 'x'], /It must be <position>:<mac> as the log has it\.\n$/],
    [['audit', 'export', '--since', 'noon'], /It must be a time such as 2026-11-30T08:00:00Z\.\n$/],
    [['audit', 'export', '--since', '2026-11-30 08:00'], /It must be a time such as/],
    [['audit', 'export', '--since', '2026-02-31T08:00:00Z'], /It must be a time such as/],
    [['audit', 'export', '--format', 'xml'], /Allowed choices are jsonl, csv\.\n$/],
    [['audit', 'verify', 'now'], /^error: too many arguments/],
    [['revoke'], /^error: required option '--before <time>' not specified\n$/],
    [['revoke', '--before', '1'], /It must be a time such as/],
    [['admin', 'create'], /^error: missing required argument 'email'\n$/],
    [['admin', 'create', 'ada'], /It must be an email address such as ada@example\.com\.\n$/],
    [['serve', 'now'], /^error: too many arguments/],
  ])('refuse the words %j with code 2', async (words, sentence) => {
    const { code, output, errors } = await run(...words);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toMatch(sentence);
  });

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
  });

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
  });
});
