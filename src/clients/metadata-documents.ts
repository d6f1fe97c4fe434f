import { Injectable } from '@nestjs/common';
import CachePolicy from 'http-cache-semantics';
import { LRUCache } from 'lru-cache';
import { Clock } from '../host/clock.js';
import { type ForeignDocument, ForeignFetch, ForeignFetchError } from './foreign-fetch.js';

/** Milliseconds a document is kept at least and at most, whatever its headers say. */
const FLOOR = 60_000;
const CEILING = 86_400_000;
/** Milliseconds for which an older copy serves while the document cannot be reached. */
const STALE = 86_400_000;
/** Milliseconds until a document that could not be had is asked for again. */
const PATIENCE = 10_000;
const MOST_DOCUMENTS = 2_000;

interface KeptDocument {
  content: unknown;
  fetchedAt: number;
  freshUntil: number;
}

/**
 * Clients' metadata documents, cached as their HTTP headers say (RFC 9111 §4.2), between a minute and a day. However
 * many ask, a document is fetched once at a time.
 */
@Injectable()
export class MetadataDocuments {
  private readonly kept = new LRUCache<string, KeptDocument>({ max: MOST_DOCUMENTS });
  private readonly failed = new LRUCache<string, { error: ForeignFetchError; until: number }>({
    max: MOST_DOCUMENTS,
  });
  private readonly fetching = new Map<string, Promise<KeptDocument>>();

  constructor(
    private readonly foreign: ForeignFetch,
    private readonly clock: Clock,
  ) {}

  /** @throws ForeignFetchError */
  async get(url: string): Promise<KeptDocument> {
    const now = this.clock.now();
    const known = this.kept.get(url);
    if (known && now < known.freshUntil) return known;
    try {
      return await this.fetchOnce(url, now);
    } catch (error) {
      if (!(error instanceof ForeignFetchError)) throw error;
      if (!error.isPassing) this.kept.delete(url);
      else if (known && now < known.fetchedAt + STALE) return { ...known, freshUntil: now + PATIENCE };
      throw error;
    }
  }

  private async fetchOnce(url: string, now: number): Promise<KeptDocument> {
    const failure = this.failed.get(url);
    if (failure && now < failure.until) throw failure.error;
    const running = this.fetching.get(url);
    if (running) return running;
    const fetching = this.fetch(url, now).finally(() => this.fetching.delete(url));
    this.fetching.set(url, fetching);
    return fetching;
  }

  private async fetch(url: string, now: number): Promise<KeptDocument> {
    try {
      const document = await this.foreign.json(url);
      const kept = { content: document.content, fetchedAt: now, freshUntil: now + freshness(url, document) };
      this.failed.delete(url);
      this.kept.set(url, kept);
      return kept;
    } catch (error) {
      // Being busy is no fault of the document: it is asked for again as soon as there is room.
      if (error instanceof ForeignFetchError && error.failure !== 'busy')
        this.failed.set(url, { error, until: now + PATIENCE });
      throw error;
    }
  }
}

/** Milliseconds. */
function freshness(url: string, { status, headers }: ForeignDocument): number {
  const request = { url, method: 'GET', headers: {} };
  const policy = new CachePolicy(request, { status, headers }, { shared: true, trustServerDate: false });
  return Math.min(CEILING, Math.max(FLOOR, policy.storable() ? policy.timeToLive() : 0));
}
