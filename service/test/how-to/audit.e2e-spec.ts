import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { exportLine } from '../../src/audit/audit-export.js';
import { eventFacts } from '../../src/audit/audit-mac.js';
import { auditRecord } from '../../src/audit/audit-record.js';
import { ProcessSigner } from '../../src/audit/process-signer.js';
import { SERVICE_ACTIONS } from '../../src/audit/service-event.js';
import { AUDIT_ACTIONS } from 'nestjs-mcp-auth';
import { startService } from '../../../test/support/app.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { OAuthTestClient } from '../../../test/support/oauth-client.js';
import { commandNames } from '../support/run-command.js';
import { ConsoleAudit } from './console-audit.js';

describe('docs/how-to/audit.md', () => {
  it('shows an event with the members of an export, in their order, and says what each is', async () => {
    const [example = ''] = await snippets('audit.md', 'json');
    const signer = new ProcessSigner(randomBytes(32), randomUUID());
    const record = auditRecord({ action: 'sign-out', outcome: 'success' }, 0);
    const row = {
      ...record,
      ...signer.mark(1, eventFacts(record)),
      number: '1',
      sequence: '1',
      position: null,
      mac: null,
    };
    const line = exportLine({ ...row, writtenAt: new Date(0) });
    const members = Object.keys(JSON.parse(line) as object);
    expect(Object.keys(JSON.parse(example) as object)).toEqual(members);
    const text = await page('audit.md');
    for (const member of members) expect(text).toMatch(new RegExp(`^\\| \`${member}\` +\\|`, 'm'));
  });

  it('names every action', async () => {
    const named = (await page('audit.md')).match(/(?<=`)[a-z-]+(\.[a-z-]+)?(?=`)/g);
    for (const action of [...AUDIT_ACTIONS, ...SERVICE_ACTIONS]) expect(named).toContain(action);
  });

  it('shows commands that there are', async () => {
    for (const command of await snippets('audit.md', 'sh')) {
      const [, name] = /^npx nestjs-mcp-auth-service (\w+ \w+)/.exec(command) ?? [];
      expect(commandNames()).toContain(name);
    }
  });

  it('shows a log of a host, which runs as it stands in the page', async () => {
    const [program] = await snippets('audit.md', 'ts');
    expect(await readFile(join(import.meta.dirname, 'console-audit.ts'), 'utf8')).toBe(program);
    const service = await startService({ audit: ConsoleAudit });
    const written = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const client = await new OAuthTestClient(service).register();
    const lines = written.mock.calls.map(([line]) => JSON.parse(String(line)) as object);
    written.mockRestore();
    expect(lines).toMatchObject([
      { action: 'client.register', outcome: 'success', clientId: client.credentials.client_id },
    ]);
    await service.close();
  });
});
