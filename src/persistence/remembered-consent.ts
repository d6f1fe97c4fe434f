import { HELD } from './grant-lock.js';

/**
 * The parts of a `WITH`, after `held`, that find consent as it is now, whatever has been committed since the statement
 * began: `remembered`. Consent that somebody is taking away, perhaps that of a hundred thousand people at once, is not
 * waited for: the person is asked.
 *
 * A row that was read once `held` is there, and that nobody has ever locked, changed or deleted, is as it was when the
 * statement began; whoever must not miss what is granted meanwhile has to wait for `held`. Any other row is locked, which
 * reads it anew, and writes to it.
 * @param condition of the row.
 */
export function rememberedConsent(table: (name: string) => string, condition: string): string {
  return `untouched_consent AS MATERIALIZED (
      SELECT 1 FROM ${table('oauthConsent')} WHERE ${condition} AND ${HELD} AND "xmax" = '0'::xid
    ), locked_consent AS MATERIALIZED (
      SELECT 1 FROM ${table('oauthConsent')}
      WHERE ${condition} AND ${HELD} AND NOT EXISTS (SELECT 1 FROM untouched_consent)
      FOR SHARE SKIP LOCKED
    ), remembered AS MATERIALIZED (
      SELECT 1 FROM untouched_consent UNION ALL SELECT 1 FROM locked_consent
    )`;
}
