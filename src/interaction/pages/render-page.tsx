import { createHash } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { STYLES } from './styles.js';

const styleHash = createHash('sha256').update(STYLES).digest('base64');

/**
 * What every page is sent with. There is no `form-action` on purpose: browsers apply it to the redirect that follows
 * a form, and would stop the way back to the client.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

export interface Page {
  title: string;
  body: ComponentChildren;
  /** A wider column, for pages with commands on them. */
  wide?: boolean;
}

/** A whole HTML document; everything in it is escaped but what is written as markup. */
export function renderPage({ title, body, wide }: Page): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLES }} />
      </head>
      <body>
        <main class={wide ? 'wide' : undefined}>
          <div class="card">{body}</div>
        </main>
      </body>
    </html>,
  );
  return `<!DOCTYPE html>${html}`;
}
