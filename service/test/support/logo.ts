import type { Browser, BrowserResponse } from '../../../test/support/browser.js';
import type { Standalone } from './standalone.js';

/** A picture of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Sends a picture as the page of the settings does. @param csrf default: that of the browser. */
export async function uploadLogo(
  service: Standalone,
  browser: Browser,
  data: Buffer,
  csrf?: string,
): Promise<BrowserResponse> {
  const { body } = await browser.get(`${service.issuer}/account`);
  const form = new FormData();
  form.set('csrf', csrf ?? /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '');
  form.set('logo', new Blob([new Uint8Array(data)], { type: 'image/png' }), 'logo.png');
  return browser.request(`${service.issuer}/admin/settings/logo`, {
    method: 'POST',
    headers: { accept: 'text/html' },
    body: form,
  });
}
