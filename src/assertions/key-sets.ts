import { Injectable } from '@nestjs/common';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { JWKSNoMatchingKey } from 'jose/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import { FetchBudget } from '../fetching/fetch-budget.js';
import { ForeignDocuments } from '../fetching/foreign-documents.js';
import { ForeignFetch, ForeignFetchError } from '../fetching/foreign-fetch.js';
import { Clock } from '../host/clock.js';

/** Bytes. */
const LARGEST = 65_536;
/** Milliseconds. */
const LIFETIME = 600_000;
/** Milliseconds. An unknown key id makes a set be fetched again, at most this often. */
const COOLDOWN = 30_000;

/** The keys of others at their URLs (RFC 7517 §5). */
@Injectable()
export class KeySets {
  private readonly documents: ForeignDocuments<JWTVerifyGetKey>;

  constructor(
    foreign: ForeignFetch,
    budget: FetchBudget,
    private readonly clock: Clock,
  ) {
    // What cannot be reached may have been taken back: there is no older copy to go by.
    const kind = { largest: LARGEST, read, lifetime: () => LIFETIME, stale: 0 };
    this.documents = new ForeignDocuments(kind, foreign, budget, clock);
  }

  /** Keys that are fetched when one is looked for; that throws ForeignFetchError. @param address of who makes us ask. */
  at(url: string, address?: string): JWTVerifyGetKey {
    return async (header, token) => {
      const set = await this.documents.get(url, { address });
      try {
        return await set.value(header, token);
      } catch (error) {
        const isUnknown = error instanceof JWKSNoMatchingKey;
        if (!isUnknown || this.clock.now() < set.fetchedAt + COOLDOWN) throw error;
        return (await this.documents.renew(url, { address })).value(header, token);
      }
    };
  }
}

function read(content: unknown): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(content as JSONWebKeySet);
  } catch (error) {
    throw new ForeignFetchError('wrong', 'It is no set of keys.', { cause: error });
  }
}
