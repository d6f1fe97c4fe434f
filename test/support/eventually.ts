/** Milliseconds between two looks. */
const PAUSE = 20;

/**
 * Resolves as soon as `check` is true, and fails after `limit` milliseconds. A slow machine, where a look itself takes long,
 * has more of them: it looks as often as a quick one would.
 */
export async function within(limit: number, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limit;
  for (let looks = 0; looks < limit / PAUSE || performance.now() < deadline; looks++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new Error(`It took longer than ${limit} ms.`);
}

export const withinASecond = (check: () => Promise<boolean>) => within(1_000, check);

/** What a program answers that shows its address before its server listens. */
export async function openOnceListening(url: string): Promise<Response> {
  for (const deadline = performance.now() + 5_000; ;) {
    try {
      return await fetch(url);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
