import type { AuditLog } from '../host/audit-log.js';
import type { OAuthClient } from '../oauth/client.js';
import type { ClientStore } from '../persistence/client.store.js';
import type { DomainRules } from './client-domains.js';
import type { SupportedMetadata } from './client-metadata.js';
import type { MetadataDocuments } from './metadata-documents.js';

/** What sources work with. */
export interface ClientSourceContext {
  store: ClientStore;
  documents: MetadataDocuments;
  documentRules: DocumentRules;
  supported: SupportedMetadata;
  audit: AuditLog;
}

/** Which metadata documents are taken. */
export interface DocumentRules extends DomainRules {
  enabled: boolean;
  /** For development: documents on this computer, over http too. */
  allowLoopback: boolean;
}

/** A client as its source has it. */
export interface FoundClient {
  client: OAuthClient;
  /** Until when it may be kept, in milliseconds since the epoch; Infinity where the feed says that it has changed. */
  freshUntil: number;
}

/** Where clients come from. The first source that owns an id answers for it. */
export interface ClientSource {
  readonly name: OAuthClient['source'];
  owns(clientId: string): boolean;
  /** Null for an unknown client. @throws OAuthError when it cannot be found out, or must not be used. */
  find(clientId: string): Promise<FoundClient | null>;
}
