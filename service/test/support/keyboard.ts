import type { Page } from 'playwright-core';

/** More Tabs than any way may take. */
const MOST_TABS = 150;

// A browser marks the parts of a date itself.
const UNSEEN = `(() => {
  const { activeElement: at, body } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  return at === body || at.type === 'date' || isSeen ? null : at.outerHTML;
})()`;

/** Somebody who uses a page without a mouse. */
export class Keyboard {
  /** Of Enter, since somebody set it back. */
  presses = 0;

  constructor(private readonly page: Page) {}

  /** Goes there from Tab to Tab, and sees where they are at each. */
  async to(selector: string): Promise<void> {
    const target = this.page.locator(selector).first();
    for (let tabs = 0; tabs < MOST_TABS; tabs++) {
      if (await target.evaluate((element) => element === document.activeElement, null, { timeout: 15_000 }))
        return;
      await this.page.keyboard.press('Tab');
      const unseen = await this.page.evaluate<string | null>(UNSEEN);
      if (unseen !== null) throw new Error(`Nobody sees the focus on ${unseen}.`);
    }
    throw new Error(`${selector} is not reached with ${MOST_TABS} Tabs at ${this.page.url()}.`);
  }

  async fill(selector: string, text: string): Promise<void> {
    await this.to(selector);
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
  }

  async tick(selector: string): Promise<void> {
    await this.to(selector);
    if (!(await this.page.locator(selector).isChecked())) await this.page.keyboard.press('Space');
  }

  /** A button or a link that leads to another page. */
  async press(selector: string): Promise<void> {
    await this.to(selector);
    this.presses++;
    await Promise.all([this.page.waitForEvent('load'), this.page.keyboard.press('Enter')]);
  }

  /** What changes the page itself. */
  async toggle(selector: string): Promise<void> {
    await this.to(selector);
    await this.page.keyboard.press('Enter');
  }
}
