import { once } from 'node:events';
import { Clock } from 'nestjs-mcp-auth';
import { AUDIT_FORMATS, AuditExport } from '../audit/audit-export.js';
import { AuditFilter } from '../audit/audit-filter.js';
import { AuditKeys } from '../audit/audit-keys.js';
import { auditRecord } from '../audit/audit-record.js';
import { AuditStore } from '../audit/audit-store.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { ConfigurationError } from '../config/configuration.error.js';
import type { Command } from './command.js';
import { openServiceStorage } from './open-service-storage.js';

/** Writes the audit to standard output, one line per event; that it did is an event too. */
export const AUDIT_EXPORT: Command = {
  name: 'audit export',
  usage: '[--since <time>] [--until <time>] [--format jsonl|csv]',
  options: { since: { type: 'string' }, until: { type: 'string' }, format: { type: 'string' } },
  async run(values, config) {
    const period = { since: readTime('since', values), until: readTime('until', values) };
    const format = readFormat(values['format']);
    const { dataSource, secrets } = await openServiceStorage(config);
    try {
      const clock = new Clock();
      const keys = new AuditKeys(dataSource, secrets, clock);
      const lines = new AuditExport(new AuditFilter(dataSource, keys)).lines(period, format);
      const [since, until] = [period.since?.toISOString(), period.until?.toISOString()];
      const detail = { by: 'command', format, since, until };
      const record = auditRecord({ action: 'audit.export', outcome: 'success', detail }, clock.now());
      await new AuditWriter(new AuditStore(dataSource), keys, clock).write(
        [{ record }],
        new Date(clock.now()),
      );
      for await (const line of lines) if (!process.stdout.write(line)) await once(process.stdout, 'drain');
      return 0;
    } finally {
      await dataSource.destroy();
    }
  },
};

function readFormat(text: unknown = 'jsonl') {
  const format = AUDIT_FORMATS.find((known) => known === text);
  if (!format)
    throw new ConfigurationError(
      `--format must be one of ${AUDIT_FORMATS.join(', ')}, not "${String(text)}".`,
    );
  return format;
}

function readTime(name: string, values: Readonly<Record<string, unknown>>): Date | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new ConfigurationError(`--${name} must be a time such as 2026-11-30T08:00:00Z, not "${text}".`);
  return time;
}
