// Keys of advisory locks: of one person, of one client, and of everybody.
const PERSON = (id: string) => `hashtextextended(${id}::text, 1)`;
const CLIENT = (id: string) => `hashtextextended(${id}::text, 2)`;
const EVERYBODY = `hashtextextended('', 3)`;

type Value = `$${number}`;

/**
 * The part of a `WITH` that keeps grants and revocations of the same person or client apart: `held`, of a statement
 * that grants. Whatever locks a row there depends on `EXISTS (SELECT 1 FROM held)`, so that this lock is the first.
 */
export function heldToGrant({ userId, clientId }: { userId: Value; clientId: Value }): string {
  return heldShared([EVERYBODY, PERSON(userId), CLIENT(clientId)]);
}

/**
 * The same of a statement that grants to a client itself.
 * @param unless names a part of the `WITH` that has a row where there is nothing to grant, and nothing is held then.
 */
export function heldToGrantItself(clientId: Value, unless: string): string {
  return heldShared([EVERYBODY, CLIENT(clientId)], ` WHERE NOT EXISTS (SELECT 1 FROM ${unless})`);
}

function heldShared(keys: string[], where = ''): string {
  const locks = keys.map((key) => `pg_advisory_xact_lock_shared(${key})`).join(', ');
  return `held AS MATERIALIZED (SELECT ${locks}${where})`;
}

/**
 * The same of a statement that revokes. It waits for what is being granted, which it does not see: its time began
 * before. Run twice, it finds that, too.
 */
export function heldToRevoke(whose: { userId: Value } | { clientId: Value } | 'everybody'): string {
  const key =
    whose === 'everybody' ? EVERYBODY : 'userId' in whose ? PERSON(whose.userId) : CLIENT(whose.clientId);
  return `held AS MATERIALIZED (SELECT pg_advisory_xact_lock(${key}))`;
}

/** The same for several clients: `chosen` selects "clientId". */
export function heldToRevokeEach(chosen: string): string {
  return `held AS MATERIALIZED (SELECT count(pg_advisory_xact_lock(${CLIENT('c."clientId"')}))
      FROM (SELECT "clientId" FROM (${chosen}) AS chosen ORDER BY 1) c)`;
}

/** Whether the lock is there. */
export const HELD = 'EXISTS (SELECT 1 FROM held)';
