import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { displayText } from '../../oauth/display-text.js';
import { branding, contentSecurityPolicy } from './branding.js';
import { STYLES } from './styles.js';

const LOCK = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#4b7bec" stroke-width="2.4"><rect x="4" y="10.5" width="16" height="10.5" rx="2.5"/><path d="M8 10.5V7a4 4 0 0 1 8 0v3.5"/></svg>',
)}`;

/**
 * What every page is sent with: nothing runs, nothing is fetched, nothing frames it, nothing keeps it.
 *
 * There is no `form-action` on purpose: browsers apply it to the redirect that follows a form, and would stop the way
 * back to the client. There is no `Cross-Origin-Opener-Policy` either: it would cut the tie between a web client and
 * the pop-up it opened, for the client's own callback page too.
 *
 * @param styles that pages may have after `STYLES`.
 * @param script source expression of the one script that they have. Default: none may run.
 */
export function pageHeaders(styles = '', script?: string): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    // Another one for every company.
    get 'Content-Security-Policy'() {
      const policy = contentSecurityPolicy(styles);
      return script === undefined ? policy : `${policy}; script-src ${script}`;
    },
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}

export const PAGE_HEADERS = pageHeaders();

export interface Document {
  title: string;
  body: ComponentChildren;
  /** After `STYLES`; `pageHeaders` must know them. */
  styles?: string;
}

/** A whole HTML document; everything in it is escaped but what is written as markup. */
export function renderDocument({ title, body, styles = '' }: Document): string {
  const brand = branding();
  const html = renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{brand.company === null ? title : `${title} – ${displayText(brand.company)}`}</title>
        <link rel="icon" href={LOCK} />
        <style dangerouslySetInnerHTML={{ __html: STYLES + styles }} />
        {brand.styles && <style dangerouslySetInnerHTML={{ __html: brand.styles }} />}
      </head>
      <body>
        {body}
        {brand.links.length > 0 && (
          <footer>
            {brand.links.map(({ href, text }) => (
              <a key={text} href={href} rel="noreferrer">
                {text}
              </a>
            ))}
          </footer>
        )}
      </body>
    </html>,
  );
  return `<!DOCTYPE html>${html}`;
}

export interface Page extends Omit<Document, 'styles'> {
  /** A wider column, for pages with commands on them. Default false. */
  wide?: boolean;
}

/** A page that says one thing: a card in an empty room. */
export function renderPage({ body, wide, ...document }: Page): string {
  return renderDocument({
    ...document,
    body: (
      <main class={wide ? 'wide' : undefined}>
        <div class="card">{body}</div>
      </main>
    ),
  });
}
