// Takes pictures of every page of the running service, at two widths, light and dark:
//   npm run build && node scripts/screenshots.mjs [folder]
// The README's pictures are taken with `node scripts/screenshots.mjs docs/images readme`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { takeAccessPages } from './screenshots/access-pages.mjs';
import { takeAccountPages } from './screenshots/account-pages.mjs';
import { takeConsolePages } from './screenshots/console-pages.mjs';
import { startService } from './screenshots/service.mjs';
import { takeSignInPages } from './screenshots/sign-in-pages.mjs';

const [folder = 'screenshots', only, ...more] = process.argv.slice(2);
if (folder.startsWith('-') || (only !== undefined && only !== 'readme') || more.length > 0) {
  process.stderr.write('Usage: node scripts/screenshots.mjs [folder] [readme]\n');
  process.exit(2);
}
const isReadme = only === 'readme';
mkdirSync(folder, { recursive: true });

const service = await startService();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
  ],
});

try {
  const page = await browser.newPage();
  const picture = async (name, shown = page) => {
    if (isReadme && !['sign-in', 'consent'].includes(name)) return;
    for (const colorScheme of ['light', 'dark'])
      for (const width of isReadme ? [1280] : [390, 1280]) {
        await shown.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await shown.setViewportSize({ width, height: isReadme ? 640 : width === 390 ? 844 : 820 });
        await shown.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
  };
  await takeSignInPages(service, page, picture);
  if (!isReadme) {
    await takeAccountPages(service, page, picture);
    await takeConsolePages(service, page, picture);
    await takeAccessPages(page, picture);
  }
} finally {
  await browser.close();
  await service.stop();
}
