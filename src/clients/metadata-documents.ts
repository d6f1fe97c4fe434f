import { Injectable } from '@nestjs/common';
import CachePolicy from 'http-cache-semantics';
import { Clock } from '../host/clock.js';
import { OAuthError } from '../oauth/errors.js';
import { type ClientMetadata, readClientMetadata, SupportedMetadata } from './client-metadata.js';
import { FetchBudget } from '../fetching/fetch-budget.js';
import { type Asking, ForeignDocuments, type KeptDocument } from '../fetching/foreign-documents.js';
import { type ForeignDocument, ForeignFetch, ForeignFetchError } from '../fetching/foreign-fetch.js';

/** Bytes (draft-ietf-oauth-client-id-metadata-document-02 §6.6). */
const LARGEST = 5_120;
/** Milliseconds a document is kept at least and at most, whatever its headers say. */
const FLOOR = 60_000;
const CEILING = 86_400_000;
/** A day, in milliseconds. */
const STALE = 86_400_000;
/** A document is public, and so no place for a shared secret (draft-ietf-oauth-client-id-metadata-document-00 §4.1). */
const SECRET_MEMBERS = ['client_secret', 'client_secret_expires_at'];

/**
 * Clients' metadata documents, cached as their HTTP headers say (RFC 9111 §4.2), between a minute and a day. While one
 * cannot be reached, the last copy serves for a day, or what was stored when a person last consented.
 */
@Injectable()
export class MetadataDocuments {
  private readonly documents: ForeignDocuments<ClientMetadata>;

  constructor(
    foreign: ForeignFetch,
    budget: FetchBudget,
    clock: Clock,
    private readonly supported: SupportedMetadata,
  ) {
    const kind = {
      largest: LARGEST,
      read: (content: unknown, url: string) => this.read(content, url),
      lifetime: freshness,
      stale: STALE,
    };
    this.documents = new ForeignDocuments(kind, foreign, budget, clock);
  }

  /** @throws ForeignFetchError */
  get(clientId: string, asking: Asking<ClientMetadata>): Promise<KeptDocument<ClientMetadata>> {
    return this.documents.get(clientId, asking);
  }

  private async read(content: unknown, clientId: string): Promise<ClientMetadata> {
    const members = typeof content === 'object' && content !== null ? content : {};
    if (!('client_id' in members) || members.client_id !== clientId)
      throw wrong('Its client_id is not its URL.');
    if (!('client_name' in members) || typeof members.client_name !== 'string' || members.client_name === '')
      throw wrong('It has no client_name.');
    if (SECRET_MEMBERS.some((member) => member in members)) throw wrong('It holds a secret.');
    const { grantTypes, usualGrantTypes, authMethods, redirectSchemes } = this.supported;
    // What is public cannot be proved with a shared secret (§4.1).
    const provable = authMethods.filter((name) => !name.startsWith('client_secret_'));
    try {
      const supported = { grantTypes, usualGrantTypes, authMethods: provable, redirectSchemes };
      return readClientMetadata(members, supported, 'none');
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      throw wrong(error.description, error);
    }
  }
}

function wrong(sentence: string, cause?: unknown): ForeignFetchError {
  return new ForeignFetchError('wrong', sentence, { cause });
}

/** Milliseconds. */
function freshness(url: string, { status, headers }: ForeignDocument): number {
  const request = { url, method: 'GET', headers: {} };
  const policy = new CachePolicy(request, { status, headers }, { shared: true, trustServerDate: false });
  return Math.min(CEILING, Math.max(FLOOR, policy.storable() ? policy.timeToLive() : 0));
}
