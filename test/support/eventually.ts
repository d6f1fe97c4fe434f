/** Resolves as soon as `check` is true, and fails after `limit` milliseconds. */
export async function within(limit: number, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limit;
  while (performance.now() < deadline) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
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
