type Value = `$${number}`;

/** Columns of `oauthApplication` that a metadata document says, with the member of `OAuthClient` and its type. */
const SAID = [
  ['name', 'name', 'text'],
  ['redirectUrls', 'redirectUris', 'text[]'],
  ['grantTypes', 'grantTypes', 'text[]'],
  ['tokenEndpointAuthMethod', 'tokenEndpointAuthMethod', 'text'],
  ['jwks', 'jwks', 'jsonb'],
  ['jwksUri', 'jwksUri', 'text'],
  ['clientUri', 'clientUri', 'text'],
  ['icon', 'logoUri', 'text'],
  ['dpopBoundAccessTokens', 'dpopBoundAccessTokens', 'boolean'],
  ['requirePushedAuthorizationRequests', 'requirePushedAuthorizationRequests', 'boolean'],
  ['postLogoutRedirectUrls', 'postLogoutRedirectUris', 'text[]'],
  ['backchannelLogoutUri', 'backchannelLogoutUri', 'text'],
  ['backchannelLogoutSessionRequired', 'backchannelLogoutSessionRequired', 'boolean'],
] as const;

/**
 * The part of a `WITH` that gives a client its row, with what its document says now: for when the document is away.
 * @param known what happens to a row that is there.
 */
export function documentClient(
  table: (name: string) => string,
  { from, clientId, document, now }: { from: string; clientId: Value; document: Value; now: Value },
  known: 'kept' | 'replaced',
): string {
  const columns = SAID.map(([column]) => `"${column}"`).join(', ');
  const values = SAID.map(([, member, type]) =>
    type === 'boolean' ? `COALESCE(d."${member}", false)` : `d."${member}"`,
  );
  const members = SAID.map(([, member, type]) => `"${member}" ${type}`).join(', ');
  const row = (name: string) => `(${SAID.map(([column]) => `${name}."${column}"`).join(', ')})`;
  const replaced = [
    // With every grant it would be another client to whoever looks at it and then decides.
    `"updatedAt" = CASE WHEN ${row('o')} IS DISTINCT FROM ${row('EXCLUDED')} THEN EXCLUDED."updatedAt" ELSE o."updatedAt" END`,
    ...SAID.map(([column]) => `"${column}" = EXCLUDED."${column}"`),
  ];
  return `document AS (
      INSERT INTO ${table('oauthApplication')} AS o ("id", "clientId", "source", "type", "grantedAt", "createdAt", "updatedAt", ${columns})
      SELECT gen_random_uuid(), ${clientId}, 'document', 'web', ${now}, ${now}, ${now}, ${values.join(', ')}
      FROM ${from}, jsonb_to_record(${document}::jsonb) AS d(${members})
      WHERE ${document}::jsonb IS NOT NULL
      ON CONFLICT ("clientId") DO ${known === 'kept' ? 'NOTHING' : `UPDATE SET ${replaced.join(', ')}`}
    )`;
}
