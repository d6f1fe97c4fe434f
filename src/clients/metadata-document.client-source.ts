import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { AuditLog } from '../host/audit-log.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import type { OAuthClient } from '../oauth/client.js';
import { InvalidClientError, OAuthError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { redirectHost } from '../oauth/redirect-uri.js';
import { ClientStore } from '../persistence/client.store.js';
import { isAdmittedDomain } from './admitted-domain.js';
import { isClientIdUrl } from './client-id-url.js';
import { type ClientMetadata, readClientMetadata, SupportedMetadata } from './client-metadata.js';
import type { ClientSource, FoundClient } from './client-source.js';
import { ForeignFetchError } from './foreign-fetch.js';
import { MetadataDocuments } from './metadata-documents.js';

/** A document is public, and so no place for a shared secret (draft-ietf-oauth-client-id-metadata-document-00 §4.1). */
const SECRET_MEMBERS = ['client_secret', 'client_secret_expires_at'];

/**
 * Clients whose id is the URL of their metadata (draft-ietf-oauth-client-id-metadata-document-00; MCP 2026-07-28,
 * "Client ID Metadata Documents"). They get a row when a person consents, and not before.
 */
@Injectable()
export class MetadataDocumentClientSource implements ClientSource {
  readonly name = 'document';

  private readonly logger = new Logger(MetadataDocumentClientSource.name);
  /** The changes that were logged, by client. */
  private readonly reported = new LRUCache<string, string>({ max: 2_000 });

  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: ClientStore,
    private readonly documents: MetadataDocuments,
    private readonly supported: SupportedMetadata,
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
  async find(clientId: string): Promise<FoundClient | null> {
    if (!isAdmittedDomain(new URL(clientId).hostname, this.settings.clientDocuments))
      throw new InvalidClientError('Clients of this domain are not admitted here.');
    const { content, freshUntil } = await this.document(clientId);
    const metadata = await this.read(clientId, content);
    const row = await this.store.find(clientId);
    const client = describe(clientId, metadata, row?.disabled ?? false);
    // One that was disabled before anybody consented has nothing to compare with.
    if (row && row.redirectUris.length > 0 && digestOf(row) !== client.digest) this.report(client);
    return { client, freshUntil };
  }

  private report({ clientId, digest }: OAuthClient): void {
    if (digest === null || this.reported.get(clientId) === digest) return;
    this.reported.set(clientId, digest);
    this.audit.record({ action: 'client.change', outcome: 'success', clientId });
    this.logger.warn(`${clientId} names other redirect hosts or keys than a person last consented to.`);
  }

  private async document(clientId: string) {
    try {
      return await this.documents.get(clientId);
    } catch (error) {
      if (!(error instanceof ForeignFetchError)) throw error;
      const description = `The client's metadata document cannot be used. ${error.message}`;
      if (error.isPassing) throw new TemporarilyUnavailableError(description, { cause: error });
      throw new InvalidClientError(description, { cause: error });
    }
  }

  private async read(clientId: string, content: unknown): Promise<ClientMetadata> {
    const members = typeof content === 'object' && content !== null ? content : {};
    if (!('client_id' in members) || members.client_id !== clientId)
      throw new InvalidClientError("The client_id of the client's metadata document is not its URL.");
    if (!('client_name' in members) || typeof members.client_name !== 'string' || members.client_name === '')
      throw new InvalidClientError("The client's metadata document has no client_name.");
    if (SECRET_MEMBERS.some((member) => member in members))
      throw new InvalidClientError("The client's metadata document holds a secret.");
    const { grantTypes, authMethods, redirectSchemes } = this.supported;
    // What is public cannot be proved with a shared secret (§4.1).
    const provable = authMethods.filter((name) => !name.startsWith('client_secret_'));
    try {
      return await readClientMetadata(
        members,
        { grantTypes, authMethods: provable, redirectSchemes },
        'none',
      );
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      const description = `The client's metadata document is wrong. ${error.description}`;
      throw new InvalidClientError(description, { cause: error });
    }
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
    digest: digestOf(metadata),
  };
}

type Decisive = Pick<OAuthClient, 'redirectUris' | 'tokenEndpointAuthMethod' | 'jwks' | 'jwksUri'>;

/** Changes when the client's tokens would reach somebody else: its redirect hosts, its keys. */
function digestOf({ redirectUris, tokenEndpointAuthMethod, jwks, jwksUri }: Decisive): string {
  const hosts = [...new Set(redirectUris.map(redirectHost))].toSorted();
  const keys = jwks?.keys.map((key) => JSON.stringify(key, Object.keys(key).toSorted()));
  const decisive = JSON.stringify([hosts, tokenEndpointAuthMethod, keys, jwksUri]);
  return createHash('sha256').update(decisive).digest('base64url');
}
