import { once } from 'node:events';
import { AuditExport } from '../audit/audit-export.js';
import { ConfigurationError } from '../config/configuration.error.js';
import type { Command } from './command.js';
import { openServiceStorage } from './open-service-storage.js';

/** Writes the audit to standard output, one line of JSON per event. */
export const AUDIT_EXPORT: Command = {
  name: 'audit export',
  usage: '[--since <time>] [--until <time>]',
  options: { since: { type: 'string' }, until: { type: 'string' } },
  async run(values, config) {
    const period = { since: readTime('since', values), until: readTime('until', values) };
    const { dataSource } = await openServiceStorage(config);
    try {
      for await (const line of new AuditExport(dataSource).lines(period))
        if (!process.stdout.write(line)) await once(process.stdout, 'drain');
      return 0;
    } finally {
      await dataSource.destroy();
    }
  },
};

function readTime(name: string, values: Readonly<Record<string, unknown>>): Date | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new ConfigurationError(`--${name} must be a time such as 2026-11-30T08:00:00Z, not "${text}".`);
  return time;
}
