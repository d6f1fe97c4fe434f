/** What a token of an exchange is (RFC 8693 §3). */
export const TOKEN_TYPE = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  /** draft-ietf-oauth-identity-assertion-authz-grant §4.3. */
  identityAssertion: 'urn:ietf:params:oauth:token-type:id-jag',
} as const;
