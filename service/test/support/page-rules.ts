import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectToFit, VIEWS } from '../../../test/support/page-fit.js';

/** Pixels: 1280 at 400 % (WCAG 2.2 §1.4.10). */
const ZOOMED = 320;
const DESK = 1280;

/** What reads the same among buttons, or links that no row of a table explains, and does something else (WCAG 2.2 §2.4.4), and a copy button that is not shown. */
const AMBIGUOUS = `(() => {
  const does = (element) =>
    element.form ? element.form.action + '?' + new URLSearchParams(new FormData(element.form, element)) : element.href;
  const seen = new Map();
  const faults = [];
  for (const element of document.querySelectorAll('main a.button, main form button, main a[href]:not(tbody a)')) {
    const name = element.textContent.replaceAll(/\\s+/g, ' ').trim();
    const what = does(element);
    if ((seen.get(name) ?? what) !== what) faults.push(name);
    seen.set(name, what);
  }
  for (const button of document.querySelectorAll('.copyable button'))
    if (button.hidden) faults.push('A copy button that does nothing: ' + button.textContent);
  return [...new Set(faults)];
})()`;

/** Words that break within a cell of a table, but where strangers choose the word; and buttons there that take two lines. */
const BROKEN = `(() => {
  const isIn = (node, selector) => node.parentElement.closest(selector) !== null;
  const lines = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
  };
  const faults = new Set();
  for (const cell of document.querySelectorAll('main tr:nth-child(-n+3) > *')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (isIn(text, '.long, .hidden')) continue;
      const pieces = isIn(text, 'button, .button') ? text.data.matchAll(/.+/g) : text.data.matchAll(/[\\w.@]{2,}/g);
      for (const { 0: piece, index } of pieces) if (lines(text, index, index + piece.length) > 1) faults.add(piece);
    }
  }
  return [...faults];
})()`;

/**
 * The page as it is shown, with everything opened, breaks no rule: it fits these widths and 320 pixels; axe-core finds
 * nothing; no two buttons read alike that do different things; on a desk no word of a table breaks.
 */
export async function expectNoRuleBroken(
  page: Page,
  views: readonly (typeof VIEWS)[number][],
): Promise<void> {
  await page.evaluate(`for (const one of document.querySelectorAll('main details')) one.open = true`);
  await page.evaluate(axe.source);
  for (const [width, colorScheme] of views) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectToFit(page);
    if (width >= DESK) expect.soft([page.url(), await page.evaluate(BROKEN)]).toEqual([page.url(), []]);
    const { violations } = (await page.evaluate(
      `axe.run({ resultTypes: ['violations'] })`,
    )) as axe.AxeResults;
    const found = violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
    expect.soft([page.url(), width, colorScheme, found]).toEqual([page.url(), width, colorScheme, []]);
  }
  expect.soft([page.url(), await page.evaluate(AMBIGUOUS)]).toEqual([page.url(), []]);
  await page.setViewportSize({ width: ZOOMED, height: 640 });
  await expectToFit(page);
}
