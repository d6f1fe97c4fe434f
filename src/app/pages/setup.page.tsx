import { Brand, Problem, renderPage } from '../../index.js';
import { SHORTEST_PASSWORD } from '../accounts/passwords.js';

export interface SetupPageProps {
  csrf: string;
  token: string;
  name?: string;
  email?: string;
  error?: string;
}

/** Makes the first administrator. */
export function setupPage({ csrf, token, name, email, error }: SetupPageProps): string {
  return renderPage({
    title: 'Set up the service',
    body: (
      <form method="post" action="/setup" aria-describedby={error ? 'problem' : undefined}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="token" value={token} />
        <Brand>Company sign-in</Brand>
        <h1>Create the first administrator</h1>
        <p class="soft">This link works once. The account can sign in at once.</p>
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <label class="field">
          Name
          <input name="name" value={name} autocomplete="name" required maxLength={100} autofocus />
        </label>
        <label class="field">
          Email
          <input type="email" name="email" value={email} autocomplete="username" required maxLength={254} />
        </label>
        <label class="field">
          Password
          <input
            type="password"
            name="password"
            autocomplete="new-password"
            required
            minLength={SHORTEST_PASSWORD}
            maxLength={1024}
          />
          <span class="hint">At least {SHORTEST_PASSWORD} characters.</span>
        </label>
        <label class="field">
          Password again
          <input type="password" name="repeated" autocomplete="new-password" required maxLength={1024} />
        </label>
        <div class="actions">
          <button type="submit">Create the account</button>
        </div>
      </form>
    ),
  });
}
