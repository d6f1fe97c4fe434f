import { type EntityManager } from 'typeorm';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { AuditProcess } from './entities/audit-process.entity.js';
import type { OpenedAuditKey } from './audit-keys.js';
import { ProcessSigner } from './process-signer.js';

/**
 * Signs up to which number events of each process are about to go, up to a position of the chain; and forgets processes
 * that ended in order before `limit` and have no event any more.
 */
export async function notePruned(
  { key, generation }: OpenedAuditKey,
  position: string,
  limit: Date,
  manager: EntityManager,
): Promise<void> {
  const [event, process] = [AuditEventRow, AuditProcess].map((entity) => {
    const { schema, tableName } = manager.getRepository(entity).metadata;
    return `"${schema}"."${tableName}"`;
  });
  await manager.query(
    `DELETE FROM ${process} p WHERE "endedAt" < $1 AND NOT EXISTS (SELECT 1 FROM ${event} e WHERE e."process" = p."id")`,
    [limit],
  );
  const rows = await manager.query<{ process: string; number: string }[]>(
    `SELECT "process", max("number") AS "number" FROM ${event}
    WHERE "position" <= $1 AND "process" IS NOT NULL GROUP BY "process"`,
    [position],
  );
  for (const { process: id, number } of rows) {
    const prunedMac = new ProcessSigner(key, id).signPruned(Number(number));
    await manager
      .getRepository(AuditProcess)
      .update({ id, generation }, { prunedThrough: number, prunedMac });
  }
}
