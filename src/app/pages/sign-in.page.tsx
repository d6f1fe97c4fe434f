import { Brand, displayText, Problem, renderPage } from '../../index.js';

export interface SignInPageProps {
  csrf: string;
  interaction?: string;
  email?: string;
  error?: string;
  clientName?: string | null;
  redirectHost?: string;
  resourceName?: string;
}

export function signInPage(props: SignInPageProps): string {
  const { error, resourceName, redirectHost } = props;
  return renderPage({
    title: 'Sign in',
    body: (
      <form method="post" action="/sign-in" aria-describedby={error ? 'problem' : undefined}>
        <input type="hidden" name="csrf" value={props.csrf} />
        {props.interaction && <input type="hidden" name="interaction" value={props.interaction} />}
        <Brand>{resourceName ? displayText(resourceName) : 'Company sign-in'}</Brand>
        <h1>Sign in</h1>
        {redirectHost && (
          <p class="soft">
            to go on to <strong>{displayText(props.clientName ?? 'an application')}</strong> at{' '}
            <strong>{displayText(redirectHost)}</strong>. You will be asked before it gets anything.
          </p>
        )}
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <label class="field">
          Email
          <input
            type="email"
            name="email"
            value={props.email}
            autocomplete="username"
            autofocus
            required
            maxLength={254}
          />
        </label>
        <label class="field">
          Password
          <input type="password" name="password" autocomplete="current-password" required maxLength={1024} />
        </label>
        <div class="actions">
          <button type="submit">Sign in</button>
        </div>
      </form>
    ),
  });
}
