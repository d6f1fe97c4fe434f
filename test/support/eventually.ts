/** Resolves as soon as `check` is true, and fails after `limit` milliseconds. */
export async function within(limit: number, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limit;
  while (performance.now() < deadline) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`It took longer than ${limit} ms.`);
}

export const withinASecond = (check: () => Promise<boolean>) => within(1_000, check);
