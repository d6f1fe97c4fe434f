import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Widths and colours that every page is looked at in. */
export const VIEWS = [
  [390, 'light'],
  [390, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
] as const;

/** What a page is in numbers, read in the browser. */
interface Fit {
  scrollWidth: number;
  card: { left: number; right: number };
  unnamed: string[];
  mains: number;
  headings: number;
}

const FIT = `(() => {
  const { left = -1, right = Infinity } = document.querySelector('.card')?.getBoundingClientRect() ?? {};
  const fields = [...document.querySelectorAll('input:not([type=hidden]), select')];
  return {
    scrollWidth: document.documentElement.scrollWidth,
    card: { left, right },
    unnamed: fields.filter(({ labels }) => labels.length !== 1).map(({ outerHTML }) => outerHTML),
    mains: document.querySelectorAll('main').length,
    headings: document.querySelectorAll('h1').length,
  };
})()`;

/** Nothing of the page is outside of it, every field has a name, and there is one heading. */
export async function expectToFit(page: Page): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const { card, scrollWidth, ...counts } = await page.evaluate<Fit>(FIT);
  expect
    .soft([page.url(), { scrollWidth, ...counts }])
    .toEqual([page.url(), { scrollWidth: width, unnamed: [], mains: 1, headings: 1 }]);
  expect.soft([page.url(), card.left >= 0 && card.right <= width]).toEqual([page.url(), true]);
}
