import type { Clock } from '../host/clock.js';
import { boundedCache } from '../oauth/bounded-cache.js';
import type { FetchBudget } from './fetch-budget.js';
import { type ForeignDocument, type ForeignFetch, ForeignFetchError } from './foreign-fetch.js';

/** Milliseconds until a document that could not be had is asked for again. */
const PATIENCE = 10_000;
const MOST_DOCUMENTS = 2_000;

export interface KeptDocument<T> {
  value: T;
  fetchedAt: number;
  freshUntil: number;
}

/** What one kind of documents is. */
export interface DocumentKind<T> {
  /** Bytes. */
  largest: number;
  /** @throws ForeignFetchError `wrong` for what is no such document. */
  read(content: unknown, url: string): T | Promise<T>;
  /** Milliseconds for which a copy is good. */
  lifetime(url: string, document: ForeignDocument): number;
  /** Milliseconds for which an older copy serves while nothing can be learned of the document. */
  stale: number;
}

/** Who asks for a document. */
export interface Asking<T> {
  address?: string;
  /** What is known of it from elsewhere, for when it is not kept and nothing can be learned of it. */
  fallback?: T;
}

/** Documents that strangers name, each read once and kept. However many ask, one is fetched once at a time. */
export class ForeignDocuments<T> {
  private readonly kept = boundedCache<string, KeptDocument<T>>(MOST_DOCUMENTS);
  private readonly failed = boundedCache<string, { error: ForeignFetchError; until: number }>(MOST_DOCUMENTS);
  private readonly fetching = new Map<string, Promise<KeptDocument<T>>>();

  constructor(
    private readonly kind: DocumentKind<T>,
    private readonly foreign: ForeignFetch,
    private readonly budget: FetchBudget,
    private readonly clock: Clock,
  ) {}

  /** @throws ForeignFetchError */
  async get(url: string, asking: Asking<T>): Promise<KeptDocument<T>> {
    const now = this.clock.now();
    const known = this.kept.get(url);
    if (known && now < known.freshUntil) return known;
    try {
      return await this.renew(url, asking);
    } catch (error) {
      if (!(error instanceof ForeignFetchError)) throw error;
      if (!error.saysNothing) this.kept.delete(url);
      const old = error.saysNothing ? (known ?? this.fallBack(url, asking, now)) : null;
      if (!old || now >= old.fetchedAt + this.kind.stale) throw error;
      return { ...old, freshUntil: now + PATIENCE };
    }
  }

  /** The document as it is now, however fresh the copy. @throws ForeignFetchError */
  async renew(url: string, { address, fallback }: Asking<T>): Promise<KeptDocument<T>> {
    const failure = this.failed.get(url);
    if (failure && this.clock.now() < failure.until) throw failure.error;
    const running = this.fetching.get(url);
    if (running) return running;
    const known = this.kept.has(url) || fallback !== undefined;
    const fetching = this.fetch(url, { address, known }).finally(() => this.fetching.delete(url));
    this.fetching.set(url, fetching);
    return fetching;
  }

  private async fetch(
    url: string,
    reason: { address: string | undefined; known: boolean },
  ): Promise<KeptDocument<T>> {
    const now = this.clock.now();
    try {
      const kept = await this.budget.spend(url, reason, async () => {
        const document = await this.foreign.json(url, this.kind.largest);
        const value = await this.kind.read(document.content, url);
        return { value, fetchedAt: now, freshUntil: now + this.kind.lifetime(url, document) };
      });
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

  /** What is known from elsewhere counts as a copy of now, once: it must not serve for ever. */
  private fallBack(url: string, { fallback }: Asking<T>, now: number): KeptDocument<T> | null {
    if (fallback === undefined) return null;
    const kept = { value: fallback, fetchedAt: now, freshUntil: now };
    this.kept.set(url, kept);
    return kept;
  }
}
