import { Injectable, Logger } from '@nestjs/common';
import { AuditLog } from '../host/audit-log.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { boundedCache } from '../oauth/bounded-cache.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidClientError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { checkRedirectUri } from '../oauth/redirect-uri.js';
import { ClientStore } from '../persistence/client.store.js';
import { isAdmittedDomain } from './admitted-domain.js';
import { clientDigest } from './client-digest.js';
import { isClientIdUrl } from './client-id-url.js';
import type { ClientMetadata } from './client-metadata.js';
import type { ClientSource, FoundClient } from './client-source.js';
import { ForeignFetchError } from '../fetching/foreign-fetch.js';
import { MetadataDocuments } from './metadata-documents.js';

/**
 * Clients whose id is the URL of their metadata (draft-ietf-oauth-client-id-metadata-document-00; MCP 2026-07-28,
 * "Client ID Metadata Documents"). They get a row when a person consents, and not before.
 */
@Injectable()
export class MetadataDocumentClientSource implements ClientSource {
  readonly name = 'document';

  private readonly logger = new Logger(MetadataDocumentClientSource.name);
  /** The changes that were logged, by client. */
  private readonly reported = boundedCache<string, string>(2_000);

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: ClientStore,
    private readonly documents: MetadataDocuments,
    private readonly audit: AuditLog,
  ) {}

  owns(clientId: string): boolean {
    const { enabled, allowLoopback } = this.settings.clientDocuments;
    return enabled && isClientIdUrl(clientId, allowLoopback);
  }

  /**
   * @throws InvalidClientError, with a sentence that says what is wrong with the document.
   * @throws TemporarilyUnavailableError when it cannot be fetched at the moment.
   */
  async find(clientId: string, address?: string): Promise<FoundClient | null> {
    if (!isAdmittedDomain(new URL(clientId).hostname, this.settings.clientDocuments))
      throw new InvalidClientError('Clients of this domain are not admitted here.');
    const row = await this.store.find(clientId);
    const { value: metadata, freshUntil } = await this.document(clientId, row, address);
    const client = describe(clientId, metadata, row?.disabled ?? false);
    // One that was disabled before anybody consented has nothing to compare with.
    if (row && row.redirectUris.length > 0 && clientDigest(row) !== client.digest) this.report(client);
    return { client, freshUntil };
  }

  private report({ clientId, digest }: OAuthClient): void {
    if (digest === null || this.reported.get(clientId) === digest) return;
    this.reported.set(clientId, digest);
    this.audit.record({ action: 'client.change', outcome: 'success', clientId });
    this.logger.warn(`${clientId} names other redirect hosts or keys than a person last consented to.`);
  }

  private async document(clientId: string, row: OAuthClient | null, address: string | undefined) {
    try {
      return await this.documents.get(clientId, { address, fallback: row ? this.stored(row) : undefined });
    } catch (error) {
      if (!(error instanceof ForeignFetchError)) throw error;
      const description = `The client's metadata document cannot be used. ${error.message}`;
      if (error.isPassing) throw new TemporarilyUnavailableError(description, { cause: error });
      throw new InvalidClientError(description, { cause: error });
    }
  }

  /** What the document said when a person last consented. */
  private stored(row: OAuthClient): ClientMetadata {
    const { redirectSchemes } = this.settings;
    const redirectUris = row.redirectUris.filter((uri) => !checkRedirectUri(uri, redirectSchemes));
    const { name, grantTypes, tokenEndpointAuthMethod, jwks, jwksUri, clientUri, logoUri } = row;
    const { dpopBoundAccessTokens, requirePushedAuthorizationRequests } = row;
    const { postLogoutRedirectUris, backchannelLogoutUri, backchannelLogoutSessionRequired } = row;
    const said = {
      name,
      redirectUris,
      grantTypes,
      tokenEndpointAuthMethod,
      jwks,
      jwksUri,
      clientUri,
      logoUri,
      dpopBoundAccessTokens,
      requirePushedAuthorizationRequests,
      postLogoutRedirectUris,
      backchannelLogoutUri,
      backchannelLogoutSessionRequired,
    };
    return { ...said, type: 'web', metadata: null, applicationType: undefined };
  }
}

function describe(clientId: string, metadata: ClientMetadata, disabled: boolean): OAuthClient {
  const { applicationType: _declared, type: _kind, metadata: _recorded, ...client } = metadata;
  return {
    ...client,
    clientId,
    source: 'document',
    secrets: [],
    resource: null,
    disabled,
    kind: 'application',
    scopeCeiling: null,
    resourceCeiling: null,
    digest: clientDigest(metadata),
  };
}
