import { once } from 'node:events';
import { Clock } from 'nestjs-mcp-auth';
import { AuditExport } from '../audit/audit-export.js';
import { AuditFilter } from '../audit/audit-filter.js';
import type { AuditFormat } from '../audit/audit-format.js';
import { AuditKeys } from '../audit/audit-keys.js';
import { auditRecord } from '../audit/audit-record.js';
import { AuditStore } from '../audit/audit-store.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { readConfig } from '../config/service-config.js';
import { openServiceStorage } from './open-service-storage.js';

export interface ExportOptions {
  since?: Date;
  until?: Date;
  format: AuditFormat;
}

export async function exportAudit({ since, until, format }: ExportOptions): Promise<void> {
  const { dataSource, secrets } = await openServiceStorage(readConfig(process.env));
  try {
    const clock = new Clock();
    const keys = new AuditKeys(dataSource, secrets, clock);
    const lines = new AuditExport(new AuditFilter(dataSource, keys)).lines({ since, until }, format);
    const detail = { by: 'command', format, since: since?.toISOString(), until: until?.toISOString() };
    const record = auditRecord({ action: 'audit.export', outcome: 'success', detail }, clock.now());
    await new AuditWriter(new AuditStore(dataSource), keys, clock).write([{ record }], new Date(clock.now()));
    for await (const line of lines) if (!process.stdout.write(line)) await once(process.stdout, 'drain');
  } finally {
    await dataSource.destroy();
  }
}
