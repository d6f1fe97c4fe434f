import { createHash } from 'node:crypto';
import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { STYLES } from './styles.js';

const styleHash = createHash('sha256').update(STYLES).digest('base64');

const LOCK = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#4b7bec" stroke-width="2.4"><rect x="4" y="10.5" width="16" height="10.5" rx="2.5"/><path d="M8 10.5V7a4 4 0 0 1 8 0v3.5"/></svg>',
)}`;

/**
 * What every page is sent with: nothing runs, nothing is fetched, nothing frames it, nothing keeps it.
 *
 * There is no `form-action` on purpose: browsers apply it to the redirect that follows a form, and would stop the way
 * back to the client. There is no `Cross-Origin-Opener-Policy` either: it would cut the tie between a web client and
 * the pop-up it opened, for the client's own callback page too.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
};

export interface Page {
  title: string;
  body: ComponentChildren;
  /** A wider column, for pages with commands on them. Default false. */
  wide?: boolean;
  /** Seconds after which the browser asks for the page again. Default: never. */
  refresh?: number;
}

/** A whole HTML document; everything in it is escaped but what is written as markup. */
export function renderPage({ title, body, wide, refresh }: Page): string {
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {refresh && <meta http-equiv="refresh" content={String(refresh)} />}
        <title>{title}</title>
        <link rel="icon" href={LOCK} />
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
