import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Widths and colours that every page is looked at in. */
export const VIEWS = [
  [390, 'light'],
  [390, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
] as const;

/** Nothing of the page is outside of it, every field has a name, and there is one heading. */
export async function expectToFit(page: Page): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  expect([page.url(), await page.evaluate('document.documentElement.scrollWidth')]).toEqual([
    page.url(),
    width,
  ]);
  const card = await page.locator('.card').boundingBox();
  expect((card?.x ?? -1) >= 0 && (card?.x ?? 0) + (card?.width ?? 0) <= width).toBe(true);
  for (const field of await page.locator('input:not([type=hidden]), select').all())
    expect(await field.evaluate((element) => (element as HTMLInputElement).labels?.length)).toBe(1);
  expect([await page.locator('main').count(), await page.locator('h1').count()]).toEqual([1, 1]);
}
