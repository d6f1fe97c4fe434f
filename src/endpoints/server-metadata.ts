import { Inject, Injectable } from '@nestjs/common';
import { ClientAuthMethods } from '../client-auth/client-auth-methods.js';
import { ASSERTION_ALGORITHMS } from '../assertions/assertion-verifier.js';
import { TokenExchanges } from '../grant-types/token-exchanges.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { STANDARD_CLAIMS } from '../host/standard-claims.js';
import { DPOP_ALGORITHMS } from '../oauth/dpop.js';
import { memoizeLatest } from '../oauth/memoize-latest.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { RESPONSE_MODES } from '../oauth/response-mode.js';
import { SERVER_SCOPES } from '../oauth/server-scopes.js';
import { ID_TOKEN_ALGORITHM } from '../tokens/id-token-issuer.js';
import { CachedDocument } from './cached-document.js';
import { ADVERTISED_PATHS } from './metadata-name.js';

/** Seconds for which anybody may keep it. */
const MAX_AGE = 300;
const CLAIMS = ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'at_hash', ...STANDARD_CLAIMS];

/**
 * The metadata of the authorization server: RFC 8414 §2, OpenID Connect Discovery 1.0 §3, and what MCP 2026-07-28
 * asks of "Authorization Server Discovery". One document serves as both; what it lists comes from the registries.
 */
@Injectable()
export class ServerMetadata {
  private readonly documentOf = memoizeLatest(
    (resources: readonly ProtectedResource[]) => new CachedDocument(this.describe(resources), MAX_AGE),
  );

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly resources: ProtectedResources,
    private readonly grantTypes: GrantTypes,
    private readonly exchanges: TokenExchanges,
    private readonly authMethods: ClientAuthMethods,
    @Inject(ADVERTISED_PATHS) private readonly paths: Readonly<Record<string, string>>,
  ) {}

  /** As it is now. */
  document(): CachedDocument {
    return this.documentOf(this.resources.all());
  }

  private describe(resources: readonly ProtectedResource[]): Record<string, unknown> {
    const { issuer, clientDocuments } = this.settings;
    const enabled = resources.filter((resource) => resource.enabled);
    const scopes = new Set(enabled.flatMap((resource) => Object.keys(resource.scopes)));
    const authMethods = this.authMethods.names;
    const { profiles } = this.grantTypes;
    const chained = this.exchanges.issuedForElsewhere;
    return {
      issuer,
      ...this.endpoints(),
      scopes_supported: [...scopes, ...Object.keys(SERVER_SCOPES)],
      response_types_supported: ['code'],
      response_modes_supported: RESPONSE_MODES,
      grant_types_supported: this.grantTypes.names,
      // draft-ietf-oauth-identity-assertion-authz-grant §7.2.
      ...(profiles.length > 0 && { authorization_grant_profiles_supported: profiles }),
      // draft-ietf-oauth-identity-chaining §3.
      ...(chained.length > 0 && { identity_chaining_requested_token_types_supported: chained }),
      token_endpoint_auth_methods_supported: authMethods,
      // RFC 8414 §2: for the methods whose assertions are signed.
      token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
      revocation_endpoint_auth_methods_supported: authMethods,
      // RFC 7662 §2.1: the caller must prove who it is.
      introspection_endpoint_auth_methods_supported: authMethods.filter((name) => name !== 'none'),
      // RFC 9449 §5.1.
      dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
      code_challenge_methods_supported: ['S256'],
      // RFC 9207 §3.
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: clientDocuments.enabled,
      // RFC 9126 §5.
      require_pushed_authorization_requests: this.settings.requirePushedAuthorizationRequests,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ID_TOKEN_ALGORITHM],
      // OpenID Connect Back-Channel Logout §2.1: of a host whose sign-in sessions end here.
      ...('end_session_endpoint' in this.paths && {
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
      }),
      claims_supported: CLAIMS,
      // RFC 9728 §4.
      protected_resources: enabled.map(({ identifier }) => identifier),
    };
  }

  private endpoints(): Record<string, string> {
    const { issuer, registration } = this.settings;
    const urls = Object.entries(this.paths).map(([name, path]) => [name, `${issuer}/${path}`] as const);
    const absent = new Set(registration.mode === 'off' ? ['registration_endpoint'] : []);
    return Object.fromEntries(urls.filter(([name]) => !absent.has(name)));
  }
}
