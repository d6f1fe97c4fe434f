import { Brand, ClientName, displayText, Host, Problem, renderPage } from '../../index.js';
import { LONGEST_PASSWORD } from '../accounts/passwords.js';
import { Field, LONGEST_EMAIL } from './field.js';

export interface SignInPageProps {
  csrf: string;
  /** The authorization under way that signing in goes on with. */
  interaction?: string;
  email?: string;
  error?: string;
  /** As the client calls itself. */
  clientName?: string | null;
  redirectHost?: string;
  resourceName?: string;
}

export function signInPage(props: SignInPageProps): string {
  const { error, email, resourceName, redirectHost } = props;
  const wrong = error !== undefined;
  return renderPage({
    title: wrong ? 'Error: Sign in' : 'Sign in',
    body: (
      <form method="post" action="/sign-in">
        <input type="hidden" name="csrf" value={props.csrf} />
        {props.interaction && <input type="hidden" name="interaction" value={props.interaction} />}
        <Brand>{resourceName ? <bdi>{displayText(resourceName)}</bdi> : 'Company sign-in'}</Brand>
        <h1>Sign in</h1>
        {redirectHost ? (
          <p class="soft">
            <strong>
              <ClientName name={props.clientName ?? null} unnamed="An application" />
            </strong>{' '}
            at{' '}
            <strong>
              <Host name={redirectHost} />
            </strong>{' '}
            wants to connect. Once you are signed in, you decide what it may do.
          </p>
        ) : (
          <p class="soft">Use your company account.</p>
        )}
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <Field
          label="Email"
          name="email"
          type="email"
          value={email}
          autocomplete="username"
          maxlength={LONGEST_EMAIL}
          autofocus={!email}
          wrong={wrong}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength={LONGEST_PASSWORD}
          autofocus={Boolean(email)}
          wrong={wrong}
        />
        <div class="actions">
          <button type="submit">Sign in</button>
        </div>
      </form>
    ),
  });
}
