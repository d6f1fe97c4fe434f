import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOL_SCOPES } from '../../src/admin-api/mcp/tool-scopes.js';
import { ADMIN_SCOPES } from '../../src/config/admin-scopes.js';
import { freePort } from '../../../test/support/free-port.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { addPerson } from '../support/administration.js';
import { auditEvents } from '../support/audit.js';
import { ServiceClient } from '../support/service-client.js';
import { startStandalone, type Standalone } from '../support/standalone.js';

const PAGE = 'admin-api.md';
const MARK = '--- of the snippet';

describe('docs/how-to/admin-api.md', () => {
  it('names every scope, and every tool with its scope', async () => {
    const text = await page(PAGE);
    for (const scope of Object.keys(ADMIN_SCOPES))
      expect(text).toMatch(new RegExp(`^\\| \`${scope}\` +\\|`, 'm'));
    for (const [tool, scope] of Object.entries(TOOL_SCOPES))
      expect(text).toMatch(new RegExp(`^\\| \`${tool}\` +\\| \`${scope}\` +\\|`, 'm'));
  });
});

const hasJq = spawnSync('jq', ['--version']).status === 0;
if (!hasJq) {
  if (process.env['CI']) throw new Error('jq is not installed: apt-get install jq.');
  console.warn('\n*** SKIPPED: jq is not installed; the commands of the admin API do not run. ***\n');
}

describe.skipIf(!hasJq)('the commands of docs/how-to/admin-api.md', () => {
  let service: Standalone;
  let folder: string;
  let secret: string;
  /** What each snippet printed. */
  let printed: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-how-to-'));
    const port = String(await freePort());
    const here = (text: string) => text.replaceAll('http://localhost:3000', `http://localhost:${port}`);
    const [file = ''] = await snippets(PAGE, 'yaml');
    await writeFile(join(folder, 'policy.yaml'), here(file));
    secret = 'a secret of the platform team, long enough';
    const environment = { MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'), OPERATIONS_SECRET: secret };
    service = await startStandalone({ PORT: port, ...environment });
    for (const name of ['grace', 'heidi', 'ivan']) await addPerson(service, `${name}@example.com`, 'member');
    for (const [client_name, name] of [
      ['Notes', 'heidi'],
      ['Editor', 'heidi'],
      ['Calendar', 'heidi'],
      ['Calendar', 'ivan'],
    ]) {
      const client = await new ServiceClient(service, service.mcpUrl).register({ client_name });
      await client.tokens(`${name}@example.com`, 'mcp:tools');
    }
    const commands = (await snippets(PAGE, 'sh')).map(here);
    const script = ['set -eu', ...commands.map((command) => `echo '${MARK}'\n${command}`)].join('\n');
    const run = promisify(execFile)('sh', ['-c', script], {
      cwd: folder,
      env: { ...process.env, OPERATIONS_SECRET: secret },
    });
    const { stdout } = await run;
    printed = stdout.split(`${MARK}\n`).slice(1);
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('run as they are written, and print what the page says', async () => {
    expect(printed).toHaveLength((await snippets(PAGE, 'sh')).length);
    const all = printed.join('');
    for (const line of [
      'grace@example.com\tmember\t',
      '/admin/api/v1/connections/count',
      'auditor',
      `Notes\t${service.mcpUrl}`,
      '2 connections of 2 people',
      'nightly\t',
    ])
      expect(all).toContain(line);
  });

  it('have done what the page says, and the audit names their account', async () => {
    const events = await auditEvents(service);
    const ours = events.filter(({ detail }) => detail['via'] === 'operations');
    expect(ours.map(({ action }) => action)).toEqual([
      'account.disable',
      'account.role',
      'client.add',
      'client.secret',
      'client.block',
      'client.unblock',
      'client.delete',
      'service-account.change',
      'service-account.change',
      'grants.revoke',
      'grants.revoke',
    ]);
    expect(ours.every(({ outcome }) => outcome === 'success')).toBe(true);
    for (const file of ['wiki-secret', 'nightly-secret'])
      expect(await readFile(join(folder, file), 'utf8')).toMatch(/^[\w-]{43}\n$/);
  });
});
