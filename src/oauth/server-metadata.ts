export interface ServerFacts {
  issuer: string;
  /** Metadata name → path below the issuer, as the endpoint controllers are named. */
  endpoints: Readonly<Record<string, string>>;
  grantTypes: readonly string[];
  clientAuthMethods: readonly string[];
  assertionAlgorithms: readonly string[];
  /** Whether a client id may be the URL of a metadata document. */
  clientDocuments: boolean;
  scopes: readonly string[];
  claims: readonly string[];
  idTokenAlgorithm: string;
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
    // RFC 8414 §2: for the methods whose assertions are signed.
    token_endpoint_auth_signing_alg_values_supported: facts.assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: facts.clientAuthMethods,
    // RFC 7662 §2.1: the caller must prove who it is.
    introspection_endpoint_auth_methods_supported: facts.clientAuthMethods.filter((name) => name !== 'none'),
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3.
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: facts.clientDocuments,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [facts.idTokenAlgorithm],
    claims_supported: facts.claims,
    // RFC 9728 §4.
    protected_resources: facts.resources,
  };
}
