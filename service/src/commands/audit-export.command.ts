import { Command, Option } from 'commander';
import { AUDIT_FORMATS } from '../audit/audit-format.js';
import type { ExportOptions } from './audit-export.action.js';
import { readTime } from './time-option.js';

/** Writes the audit to standard output, one line per event; that it did is an event too. */
export function auditExport(): Command {
  return new Command('export')
    .description('Writes the audit to standard output; that it did is recorded too.')
    .option('--since <time>', 'the first moment', readTime)
    .option('--until <time>', 'the moment before which it ends', readTime)
    .addOption(new Option('--format <format>').choices(AUDIT_FORMATS).default('jsonl'))
    .action(async (options: ExportOptions) =>
      (await import('./audit-export.action.js')).exportAudit(options),
    );
}
