import { setTimeout as delay } from 'node:timers/promises';

/** What the work comes to, in time. @throws Error when it takes longer than `limit` milliseconds: it is given up. */
export async function withDeadline<T>(limit: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(limit, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`It took longer than ${limit / 1000} s.`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
