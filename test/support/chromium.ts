import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATH = ['/usr/bin/chromium', '/usr/bin/chromium-browser', process.env['CHROMIUM_PATH'] ?? ''].find(
  (path) => existsSync(path),
);

if (!PATH) {
  if (process.env['CI']) throw new Error('Chromium is not installed: apt-get install chromium.');
  console.warn('\n*** SKIPPED: Chromium is not installed; the browser tests do not run. ***\n');
}

export const hasChromium = PATH !== undefined;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
}
