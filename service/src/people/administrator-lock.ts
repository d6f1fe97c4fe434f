import type { EntityManager } from 'typeorm';

const ADMINISTRATOR_LOCK = 7_216_351_905;

/** Held to the end of the transaction: nobody else becomes an administrator, or ceases to be one, meanwhile. */
export async function lockAdministrators(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINISTRATOR_LOCK]);
}
