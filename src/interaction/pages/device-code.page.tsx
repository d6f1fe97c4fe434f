import { Brand, Problem } from './components.js';
import { renderPage } from './render-page.js';

export interface DeviceCodePageProps {
  action: string;
  csrf: string;
  /** What stands in the field. */
  typed: string;
  error?: string;
}

/** Asks for the code that a device shows (RFC 8628 §3.3). A link may bring it; a click goes on, which decides nothing. */
export function deviceCodePage({ action, csrf, typed, error }: DeviceCodePageProps): string {
  return renderPage({
    title: error ? 'Error: Connect a device' : 'Connect a device',
    body: (
      <form method="post" action={action} aria-labelledby="title">
        <input type="hidden" name="csrf" value={csrf} />
        <Brand />
        <h1 id="title">Connect a device</h1>
        <p class="soft">
          {typed === ''
            ? 'Enter the code that your device shows.'
            : 'Is this the code that your device shows?'}{' '}
          You will see who asks for what before anything happens.
        </p>
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <div class="field">
          <label for="user_code">Code</label>
          <input
            id="user_code"
            name="user_code"
            class="user-code"
            value={typed}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            required
            maxlength={40}
            placeholder="XXXX-XXXX"
            aria-describedby={error ? 'problem hint' : 'hint'}
            aria-invalid={error ? 'true' : undefined}
          />
          <p class="hint" id="hint">
            Only enter a code that you have got from a device before you. Never one that somebody sent you.
          </p>
        </div>
        <div class="actions">
          <button type="submit">Continue</button>
        </div>
      </form>
    ),
  });
}
