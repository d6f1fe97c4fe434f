/**
 * The parts of a `WITH` that delete what clients have that are deleted. No foreign key does: it would lock the client's row
 * for every grant.
 * @param deleted names the part with their "clientId".
 */
export function goneWithClients(table: (name: string) => string, deleted: string): string {
  // Nothing is looked for where nobody was deleted, however few clients there are.
  const theirs = `EXISTS (SELECT 1 FROM ${deleted}) AND "clientId" = ANY (ARRAY(SELECT "clientId" FROM ${deleted}))`;
  return `gone_grants AS (DELETE FROM ${table('oauthGrant')} WHERE ${theirs}),
    gone_consents AS (DELETE FROM ${table('oauthConsent')} WHERE ${theirs})`;
}
