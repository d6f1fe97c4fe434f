import { clientRevision } from './client-revision.js';
import { HELD } from './grant-lock.js';

type Value = `$${number}`;

/**
 * The part of a `WITH`, after `held`, that finds the client as it was agreed to, whatever has been committed since the
 * statement began, and keeps it so: a row that is locked is read anew.
 *
 * A row that the statement goes on to write is locked for that at once: of two that share it, each would wait for the
 * other. Which it is, is read before, and does not change while the lock is waited for.
 */
export function agreedClient(
  table: (name: string) => string,
  { clientId, revision, document }: { clientId: Value; revision: Value; document: Value },
): string {
  const found = (isWritten: string, lock: string) => `
      SELECT 1 FROM ${table('oauthApplication')} a
      WHERE a."clientId" = ${clientId} AND NOT a."disabled" AND ${HELD} AND ${isWritten}
        AND CASE WHEN ${document}::jsonb IS NULL THEN ${clientRevision('a')} = ${revision}::text ELSE a."source" = 'document' END
      ${lock}`;
  return `row_before AS MATERIALIZED (
      SELECT "grantedAt" IS NULL OR "source" = 'document' AS "isWritten" FROM ${table('oauthApplication')}
      WHERE "clientId" = ${clientId}
    ), agreed_now AS MATERIALIZED (${found('EXISTS (SELECT 1 FROM row_before WHERE "isWritten")', 'FOR NO KEY UPDATE')}
    ), agreed_again AS MATERIALIZED (${found('NOT EXISTS (SELECT 1 FROM row_before WHERE "isWritten")', 'FOR SHARE')}
    ), agreed AS MATERIALIZED (
      SELECT 1 FROM agreed_now UNION ALL SELECT 1 FROM agreed_again UNION ALL
      SELECT 1 WHERE ${document}::jsonb IS NOT NULL AND ${HELD} AND NOT EXISTS (SELECT 1 FROM row_before)
    )`;
}

/** Whether it is there. */
export const STILL_AGREED = 'EXISTS (SELECT 1 FROM agreed)';
