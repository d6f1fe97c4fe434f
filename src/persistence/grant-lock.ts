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
  const keys = [EVERYBODY, PERSON(userId), CLIENT(clientId)];
  return `held AS MATERIALIZED (SELECT ${keys.map((key) => `pg_advisory_xact_lock_shared(${key})`).join(', ')})`;
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

/** Whether the lock is there. */
export const HELD = 'EXISTS (SELECT 1 FROM held)';
