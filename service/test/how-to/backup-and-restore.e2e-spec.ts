import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpRevocations } from 'nestjs-mcp-auth';
import { postgresUrl } from '../../../test/support/app.js';
import { Browser } from '../../../test/support/browser.js';
import { eventually } from '../../../test/support/eventually.js';
import { freePort } from '../../../test/support/free-port.js';
import { snippets } from '../../../test/support/how-to.js';
import { newDatabase } from '../../../test/support/postgres.js';
import { ServiceClient } from '../support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from '../support/standalone.js';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '../../dist/main.js');

describe.skipIf(!postgresUrl)('docs/how-to/backup-and-restore.md', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: NodeJS.ProcessEnv;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-backup-'));
    const command = join(folder, 'nestjs-mcp-auth-service');
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    await chmod(command, 0o755);
    database = await newDatabase();
    environment = {
      PATH: `${folder}:${process.env['PATH']}`,
      DATABASE_URL: database.url,
      PORT: String(await freePort()),
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    service = await startStandalone(environment);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** A block of the page, as it stands there. */
  const shell = async (command: string) => {
    const { stdout } = await run('sh', ['-ec', command], { cwd: folder, env: environment });
    return stdout;
  };

  it('brings back what had ended, until the command that it names takes all of it away', async () => {
    const [backUp = '', restore = '', revoke = '', rotate = '', doctor = ''] = await snippets(
      'backup-and-restore.md',
      'sh',
    );
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), ADMINISTRATOR.email, PASSWORD);
    await shell(backUp);

    const [{ id } = { id: '' }] = await service.dataSource.query<{ id: string }[]>(
      `SELECT "userId" AS id FROM mcp_auth."session" LIMIT 1`,
    );
    await service.application.get(McpRevocations).revokeUser(id);
    await service.dataSource.query(`DELETE FROM mcp_auth."session"`);
    const lost = await (
      await new ServiceClient(service, service.mcpUrl).register()
    ).tokens(ADMINISTRATOR.email, 'mcp:tools');
    await service.close();
    await shell(restore);

    // What the page warns of.
    service = await startStandalone(environment);
    expect((await browser.get(`${service.issuer}/`)).status).toBe(200);
    const revived = await client.refresh(tokens.refresh_token);
    expect(revived.status).toBe(200);
    await service.close();

    // The command of the page knows whole seconds.
    const restoredAt = Date.now();
    await eventually(() => Math.floor(Date.now() / 1000) > Math.floor(restoredAt / 1000));
    expect(await shell(revoke)).toMatch(/^\d+ connections and \d+ sign-in sessions are ended\.\n$/);
    service = await startStandalone(environment);
    expect((await browser.get(`${service.issuer}/`)).status).not.toBe(200);
    expect((await client.refresh(revived.body.refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
    for (const token of [tokens.access_token, revived.body.access_token, lost.access_token]) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(service.mcpUrl, { method: 'POST', headers, body: '{}' });
      expect(answer.status).toBe(401);
    }
    expect(await shell(rotate)).toMatch(/^The ES256 key /);
    expect(await shell(doctor)).toContain('ok  Database: ');
    const again = await new ServiceClient(service, service.mcpUrl).register();
    expect((await again.tokens(ADMINISTRATOR.email, 'mcp:tools')).access_token).toBeDefined();
  });
});
