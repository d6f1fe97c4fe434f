import { Inject, Injectable } from '@nestjs/common';
import { ClientAuthMethods } from '../client-auth/client-auth-methods.js';
import { ASSERTION_ALGORITHMS } from '../assertions/assertion-verifier.js';
import { GrantTypes } from '../grant-types/grant-types.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { STANDARD_CLAIMS } from '../host/standard-claims.js';
import { derived } from '../oauth/derived.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { serverMetadata } from '../oauth/server-metadata.js';
import { SERVER_SCOPES } from '../oauth/server-scopes.js';
import { ID_TOKEN_ALGORITHM } from '../tokens/id-token-issuer.js';
import { CachedDocument } from './cached-document.js';
import { ADVERTISED_PATHS } from './metadata-name.js';

/** Seconds for which anybody may keep it. */
const MAX_AGE = 300;
const CLAIMS = ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'at_hash', ...STANDARD_CLAIMS];

/** The server's metadata (RFC 8414 §2), derived from the registries and the resources that are served. */
@Injectable()
export class ServerMetadata {
  private readonly describe = derived((served: readonly ProtectedResource[]) => this.write(served));

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly resources: ProtectedResources,
    private readonly grantTypes: GrantTypes,
    private readonly authMethods: ClientAuthMethods,
    @Inject(ADVERTISED_PATHS) private readonly paths: Readonly<Record<string, string>>,
  ) {}

  /** As it is now. */
  document(): CachedDocument {
    return this.describe(this.resources.all());
  }

  private write(served: readonly ProtectedResource[]): CachedDocument {
    const { issuer, registration, clientDocuments } = this.settings;
    const { registration_endpoint: register, ...endpoints } = this.paths;
    const enabled = served.filter((resource) => resource.enabled);
    const scopes = new Set(enabled.flatMap((resource) => Object.keys(resource.scopes)));
    const content = serverMetadata({
      issuer,
      endpoints: {
        ...endpoints,
        ...(register && registration.mode !== 'off' && { registration_endpoint: register }),
      },
      grantTypes: this.grantTypes.names,
      clientAuthMethods: this.authMethods.names,
      clientDocuments: clientDocuments.enabled,
      assertionAlgorithms: ASSERTION_ALGORITHMS,
      scopes: [...scopes, ...Object.keys(SERVER_SCOPES)],
      claims: CLAIMS,
      idTokenAlgorithm: ID_TOKEN_ALGORITHM,
      resources: enabled.map(({ identifier }) => identifier),
    });
    return new CachedDocument(content, MAX_AGE);
  }
}
