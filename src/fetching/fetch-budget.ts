import { Injectable } from '@nestjs/common';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import { network, SITE } from '../oauth/network.js';
import { ForeignFetchError } from './foreign-fetch.js';

/** On whose account something is fetched. */
export interface FetchReason {
  /** Of the request that names it; undefined when its connection is gone. */
  address?: string;
  /** Whether it was good before: then no stranger can use up what it needs. */
  known: boolean;
}

/** At once. */
const STRANGERS = 20;
const STRANGERS_OF_ONE_HOST = 4;
const STRANGERS_OF_ONE_ADDRESS = 10;
const KNOWN = 20;
/** Failures a minute: of one host, whoever asks, and for one address, whatever it names. */
const FAILURES_OF_ONE_HOST = { points: 300, duration: 60 };
const FAILURES_FOR_ONE_ADDRESS = { points: 60, duration: 60 };

/** Places that are taken, by a key. */
class Slots {
  private readonly taken = new Map<string, number>();

  constructor(private readonly most: number) {}

  isFull(key: string): boolean {
    return (this.taken.get(key) ?? 0) >= this.most;
  }

  take(key: string): void {
    this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
  }

  free(key: string): void {
    const left = (this.taken.get(key) ?? 0) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
  }
}

/**
 * How much is fetched because strangers say so: nobody can make this server flood another, and whoever names what is
 * never answered, or is not there, uses up their own share. What was good before has slots of its own.
 */
@Injectable()
export class FetchBudget {
  private readonly strangers = new Slots(STRANGERS);
  private readonly hosts = new Slots(STRANGERS_OF_ONE_HOST);
  private readonly addresses = new Slots(STRANGERS_OF_ONE_ADDRESS);
  private readonly known = new Slots(KNOWN);
  private readonly failedHosts = new RateLimiterMemory(FAILURES_OF_ONE_HOST);
  private readonly failedAddresses = new RateLimiterMemory(FAILURES_FOR_ONE_ADDRESS);

  /** @throws ForeignFetchError `busy` when it is not done now, and what `fetch` throws. */
  async spend<T>(url: string, reason: FetchReason, fetch: () => Promise<T>): Promise<T> {
    if (reason.known) return within([[this.known, '']], fetch);
    const { host } = new URL(url);
    const from = network(reason.address ?? '', SITE);
    const failures = [
      [this.failedHosts, host],
      [this.failedAddresses, from],
    ] as const;
    for (const [limiter, key] of failures)
      if (((await limiter.get(key))?.consumedPoints ?? 0) >= limiter.points) throw busy();
    try {
      const slots = [
        [this.strangers, ''],
        [this.hosts, host],
        [this.addresses, from],
      ] as const;
      return await within(slots, fetch);
    } catch (error) {
      // What was not asked for has not failed.
      if (!(error instanceof ForeignFetchError && error.failure === 'busy'))
        for (const [limiter, key] of failures) await limiter.penalty(key);
      throw error;
    }
  }
}

async function within<T>(slots: readonly (readonly [Slots, string])[], work: () => Promise<T>): Promise<T> {
  if (slots.some(([all, key]) => all.isFull(key))) throw busy();
  for (const [all, key] of slots) all.take(key);
  try {
    return await work();
  } finally {
    for (const [all, key] of slots) all.free(key);
  }
}

function busy(): ForeignFetchError {
  return new ForeignFetchError('busy', 'Too much is asked for at once.');
}
