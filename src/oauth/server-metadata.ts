export interface ServerFacts {
  issuer: string;
  /** Metadata name → path below the issuer, as the endpoint controllers are named. */
  endpoints: Readonly<Record<string, string>>;
  grantTypes: readonly string[];
  clientAuthMethods: readonly string[];
  scopes: readonly string[];
  resources: readonly string[];
}

/**
 * The metadata of the authorization server: RFC 8414 §2, OpenID Connect Discovery 1.0 §3, and what MCP 2026-07-28
 * asks of "Authorization Server Discovery". One document serves as both.
 */
export function serverMetadata(facts: ServerFacts): Record<string, unknown> {
  const endpoints = Object.entries(facts.endpoints).map(([name, path]) => [name, `${facts.issuer}/${path}`]);
  return {
    issuer: facts.issuer,
    ...Object.fromEntries(endpoints),
    scopes_supported: facts.scopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: facts.grantTypes,
    token_endpoint_auth_methods_supported: facts.clientAuthMethods,
    revocation_endpoint_auth_methods_supported: facts.clientAuthMethods,
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3.
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    // RFC 9728 §4.
    protected_resources: facts.resources,
  };
}
