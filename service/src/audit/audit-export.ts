import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { AuditEventRow } from './entities/audit-event.entity.js';
import { AuditFilter, type AuditSearch } from './audit-filter.js';
import type { AuditFormat } from './audit-format.js';
import { asLink } from './audit-head.js';

/** Below every sequence that a row can have, whoever wrote it. */
const FIRST_SEQUENCE = String(-(2n ** 63n));
/** Rows that are read at once. */
const BATCH = 1_000;

/** One event as one line of JSON: the members and their order are for good. */
export function exportLine(event: AuditEventRow): string {
  return `${JSON.stringify(exported(event))}\n`;
}

function exported(event: AuditEventRow) {
  const link = asLink(event);
  const { id, at, action, outcome, userId, clientId, resource, address, requestId, detail } = event;
  return {
    id,
    position: link && Number(link.position),
    at: at.toISOString(),
    action,
    outcome,
    userId,
    clientId,
    resource,
    address,
    requestId,
    detail,
    mac: link && link.mac,
    process: event.process,
    number: event.number === null ? null : Number(event.number),
    processMac: event.processMac,
  };
}

/** The columns are the members, `detail` as JSON. What a spreadsheet would take for a formula begins with an apostrophe. */
function csvLine(event: AuditEventRow): string {
  return stringify([{ ...exported(event), detail: JSON.stringify(event.detail) }], CSV);
}

/** RFC 4180 §2: a lone carriage return, too, would end a line that began elsewhere. */
const CSV = { escape_formulas: true, quoted_match: /[\r\n]/, record_delimiter: '\r\n' } as const;

function csvHead(event: AuditEventRow): string {
  return stringify([Object.keys(exported(event))], CSV);
}

/** The audit, all of it or what is searched for. */
@Injectable()
export class AuditExport {
  constructor(private readonly filter: AuditFilter) {}

  /**
   * In the order of writing; of CSV the first line names the columns, where there is anything.
   * @param confirm is asked before every thousand, and throws where whoever takes them out may not go on.
   */
  async *lines(
    search: AuditSearch = {},
    format: AuditFormat = 'jsonl',
    confirm?: () => Promise<void>,
  ): AsyncGenerator<string> {
    const line = format === 'csv' ? csvLine : exportLine;
    let last = FIRST_SEQUENCE;
    let rows: AuditEventRow[];
    do {
      const query = await this.filter.select(search);
      rows = await query
        .andWhere('e."sequence" > :last', { last })
        .orderBy('e.sequence', 'ASC')
        .limit(BATCH)
        .getMany();
      const [first] = rows;
      if (format === 'csv' && first && last === FIRST_SEQUENCE) yield csvHead(first);
      for (const row of rows) yield line(row);
      await confirm?.();
      last = rows.at(-1)?.sequence ?? last;
    } while (rows.length === BATCH);
  }
}
