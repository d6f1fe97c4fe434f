import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks. */
const PAUSE = 20;

/** Resolves as soon as `check` is true, and fails after `limit` milliseconds. */
export async function within(limit: number, check: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + limit; !(await check());) {
    if (performance.now() > deadline) throw new Error(`It took longer than ${limit} ms.`);
    await delay(PAUSE);
  }
}

/** Milliseconds, on whatever machine: how soon it comes is measured where that is said, by the median of many. */
const PATIENCE = 15_000;

/** Resolves as soon as `check` is true. */
export const eventually = (check: () => boolean | Promise<boolean>) => within(PATIENCE, check);

/** What a program answers that shows its address before its server listens. */
export async function openOnceListening(url: string): Promise<Response> {
  for (const deadline = performance.now() + PATIENCE; ;) {
    try {
      return await fetch(url);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(PAUSE);
    }
  }
}
