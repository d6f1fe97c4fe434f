// What people saw when they agreed, and what tokens are given for: whoever changes it is somebody new.
const DECISIVE = [
  'name',
  'redirectUrls',
  'grantTypes',
  'tokenEndpointAuthMethod',
  'jwks',
  'jwksUri',
  'clientUri',
  'icon',
];

/** The digest of what a row of `oauthApplication` says that people agree to, in SQL. */
export function clientRevision(row: string): string {
  const columns = DECISIVE.map((column) => `${row}."${column}"`).join(', ');
  return `encode(sha256(convert_to(jsonb_build_array(${columns})::text, 'UTF8')), 'base64')`;
}
