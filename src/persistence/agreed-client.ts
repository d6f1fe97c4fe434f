import { clientRevision } from './client-revision.js';
import { HELD } from './grant-lock.js';
import { isAsItIs } from './row-as-it-is.js';

type Value = `$${number}`;

/**
 * The part of a `WITH`, after `held`, that finds the client as it was agreed to, whatever has been committed since the
 * statement began, and keeps it so. Whoever takes from a client what it has waits for `held`; a row that is as it is now
 * needs no lock beside, which would write to it. Any other is locked, and read anew by that.
 *
 * A row that the statement goes on to write is locked for that at once: of two that share it, each would wait for the
 * other. Which it is, does not change while the lock is waited for.
 */
export function agreedClient(
  table: (name: string) => string,
  { clientId, revision, document }: { clientId: Value; revision: Value; document: Value },
): string {
  const isAgreed = `(NOT a."disabled"
        AND CASE WHEN ${document}::jsonb IS NULL THEN ${clientRevision('a')} = ${revision}::text ELSE a."source" = 'document' END)`;
  const locked = (condition: string, lock: string) => `
      SELECT 1 FROM ${table('oauthApplication')} a WHERE a."clientId" = ${clientId} AND ${isAgreed}
        AND EXISTS (SELECT 1 FROM seen_client WHERE ${condition})
      ${lock}`;
  return `seen_client AS MATERIALIZED (
      SELECT "grantedAt" IS NULL OR "source" = 'document' AS "isWritten", ${isAsItIs('a')} AS "isAsItIs",
        ${isAgreed} AS "isAgreed"
      FROM ${table('oauthApplication')} a WHERE "clientId" = ${clientId} AND ${HELD}
    ), agreed_now AS MATERIALIZED (${locked('"isWritten"', 'FOR NO KEY UPDATE')}
    ), agreed_again AS MATERIALIZED (${locked('NOT "isWritten" AND NOT "isAsItIs"', 'FOR SHARE')}
    ), agreed AS MATERIALIZED (
      SELECT 1 FROM seen_client WHERE NOT "isWritten" AND "isAsItIs" AND "isAgreed" UNION ALL
      SELECT 1 FROM agreed_now UNION ALL SELECT 1 FROM agreed_again UNION ALL
      SELECT 1 WHERE ${document}::jsonb IS NOT NULL AND ${HELD} AND NOT EXISTS (SELECT 1 FROM seen_client)
    )`;
}

/** Whether it is there. */
export const STILL_AGREED = 'EXISTS (SELECT 1 FROM agreed)';
