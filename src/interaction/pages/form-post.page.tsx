import { createHash } from 'node:crypto';
import type { PostedAnswer } from '../../oauth/authorization-response.js';
import { redirectHost } from '../../oauth/redirect-uri.js';
import { Brand, Host } from './components.js';
import { PAGE_HEADERS, renderPage } from './render-page.js';

// The one script there is. Without it, the button does the same.
const SUBMIT = 'document.forms[0].submit()';
const submitHash = createHash('sha256').update(SUBMIT).digest('base64');

/** Fields that a browser carries to a client. */
export function AnswerFields({ fields }: Pick<PostedAnswer, 'fields'>) {
  return (
    <>
      {fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

/** Takes the browser on to a client with a form that is sent by itself (OAuth 2.0 Form Post Response Mode §2). */
export function formPostPage({ action, fields }: PostedAnswer): string {
  return renderPage({
    title: 'Going on',
    body: (
      <>
        <form method="post" action={action} aria-labelledby="title">
          <AnswerFields fields={fields} />
          <Brand>Sign-in</Brand>
          <h1 id="title">Back to your application</h1>
          <p class="soft">If nothing happens by itself, press the button.</p>
          <div class="actions">
            <button type="submit">
              Continue to <Host name={redirectHost(action)} />
            </button>
          </div>
        </form>
        <script dangerouslySetInnerHTML={{ __html: SUBMIT }} />
      </>
    ),
  });
}

/** What such a page is sent with: its script may run and no other, and its form goes to the client and nowhere else. */
export function formPostHeaders({ action }: PostedAnswer): Record<string, string> {
  const policy = [
    PAGE_HEADERS['Content-Security-Policy'],
    `script-src 'sha256-${submitHash}'`,
    ...formAction(action),
  ];
  return {
    ...PAGE_HEADERS,
    'Content-Security-Policy': policy.join('; '),
    // With less, the browser would say `Origin: null`, which clients take for an attack.
    'Referrer-Policy': 'strict-origin',
  };
}

/** The policy knows no IPv6 address, and no query; what would end the directive in a path is escaped (CSP 3 §2.3.1). */
function formAction(action: string): string[] {
  const { origin, pathname, hostname } = new URL(action);
  if (hostname.startsWith('[')) return [];
  return [`form-action ${origin}${pathname.replaceAll(';', '%3B').replaceAll(',', '%2C')}`];
}
