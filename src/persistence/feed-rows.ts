/** Milliseconds for which the feed says that something has changed: longer than a replica can be cut off and live. */
export const CHANGE_LIFETIME = 86_400_000;

/**
 * The part of a statement that writes into the revocation feed, in the transaction that revokes or changes:
 * `rows` selects kind, subject, "issuedBefore" and "expiresAt".
 */
export function feedRows(table: (name: string) => string, rows: string): string {
  return `
    INSERT INTO ${table('oauthRevocation')} ("kind", "subject", "issuedBefore", "expiresAt", "xid")
    SELECT r.*, pg_current_xact_id()::text::bigint FROM (${rows}) r`;
}
