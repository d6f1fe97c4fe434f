import { type EntityManager, IsNull, Not } from 'typeorm';
import { AuditCheckpoint } from './entities/audit-checkpoint.entity.js';
import { AuditEventRow } from './entities/audit-event.entity.js';
import { BEGINNING, type ChainLink } from './audit-chain.js';

/** Held by whoever changes the chain. */
const CHAIN_LOCK = 7_216_351_906;

/** Whether the chain is this transaction's to change, until it ends. */
export async function lockChain(manager: EntityManager): Promise<boolean> {
  const [row] = await manager.query<{ mine: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
    CHAIN_LOCK,
  ]);
  return row?.mine ?? false;
}

/** The last link there is. */
export async function chainHead(manager: EntityManager): Promise<ChainLink> {
  const last = await manager.getRepository(AuditEventRow).findOne({
    select: { position: true, mac: true },
    where: { position: Not(IsNull()) },
    order: { position: 'DESC' },
  });
  return asLink(last) ?? (await chainStart(manager));
}

/** What the first event that is kept follows. */
export async function chainStart(manager: EntityManager): Promise<ChainLink> {
  return asLink(await lastCheckpoint(manager)) ?? BEGINNING;
}

export async function lastCheckpoint(manager: EntityManager): Promise<AuditCheckpoint | null> {
  const [checkpoint] = await manager
    .getRepository(AuditCheckpoint)
    .find({ order: { position: 'DESC' }, take: 1 });
  return checkpoint ?? null;
}

/** Null for an event without a place. */
export function asLink(row: { position: string | null; mac: string | null } | null): ChainLink | null {
  return row?.position && row.mac !== null ? { position: BigInt(row.position), mac: row.mac } : null;
}
