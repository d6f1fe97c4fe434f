import { HELD } from './grant-lock.js';
import { isAsItIs } from './row-as-it-is.js';

/**
 * The parts of a `WITH`, after `held`, that find consent as it is now, whatever has been committed since the statement
 * began: `remembered`. Consent that somebody is taking away, perhaps that of a hundred thousand people at once, is not
 * waited for: the person is asked.
 *
 * A row that was read once `held` is there, and is as it is now, needs no lock, which would write to it: whoever must not
 * miss what is granted meanwhile waits for `held`. Any other is locked, and read anew by that.
 * @param condition of the row.
 */
export function rememberedConsent(table: (name: string) => string, condition: string): string {
  return `seen_consent AS MATERIALIZED (
      SELECT 1 FROM ${table('oauthConsent')} o WHERE ${condition} AND ${HELD} AND ${isAsItIs('o')}
    ), locked_consent AS MATERIALIZED (
      SELECT 1 FROM ${table('oauthConsent')}
      WHERE ${condition} AND ${HELD} AND NOT EXISTS (SELECT 1 FROM seen_consent)
      FOR SHARE SKIP LOCKED
    ), remembered AS MATERIALIZED (
      SELECT 1 FROM seen_consent UNION ALL SELECT 1 FROM locked_consent
    )`;
}
