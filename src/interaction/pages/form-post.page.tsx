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
          <Brand />
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

/**
 * What such a page is sent with: its script may run and no other. Where its form goes is not said again (`form-action`): browsers
 * would hold whatever the client redirects to next against it, and stop the way to an application on another host.
 */
export function formPostHeaders(): Record<string, string> {
  return {
    ...PAGE_HEADERS,
    'Content-Security-Policy': `${PAGE_HEADERS['Content-Security-Policy']}; script-src 'sha256-${submitHash}'`,
    // With less, the browser would say `Origin: null`, which clients take for an attack.
    'Referrer-Policy': 'strict-origin',
  };
}
