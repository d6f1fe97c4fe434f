import { Brand, ClientName, displayText, Host, Problem, renderPage } from 'nestjs-mcp-auth/service-kit';
import { LONGEST_PASSWORD } from '../../config/password-length.js';
import { EmailField } from '../../web/email-field.js';
import { Field } from '../../web/field.js';
import type { Destination } from '../destination.js';
import { DestinationFields } from './destination-fields.js';
import { ProviderForm } from './provider-form.js';
import { href } from '../../web/href.js';

export interface SignInPageProps extends Destination {
  csrf: string;
  email?: string;
  error?: string;
  /** As the client calls itself. */
  clientName?: string | null;
  redirectHost?: string;
  resourceName?: string;
  /** Default: none. */
  providers?: readonly { id: string; name: string }[];
  /** Whether there is a form for a password. Default true. */
  passwords?: boolean;
}

export function signInPage(props: SignInPageProps): string {
  const { error, resourceName, redirectHost, providers = [], passwords = true } = props;
  return renderPage({
    title: error ? 'Error: Sign in' : 'Sign in',
    body: (
      <>
        <Brand>{resourceName && <bdi>{displayText(resourceName)}</bdi>}</Brand>
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
        {providers.map(({ id, name }) => (
          <ProviderForm
            key={id}
            id={id}
            csrf={props.csrf}
            interaction={props.interaction}
            page={props.page}
            fresh={props.fresh}
          >
            Continue with {displayText(name)}
          </ProviderForm>
        ))}
        {providers.length > 0 && passwords && <p class="or">or</p>}
        {passwords && <PasswordForm {...props} />}
      </>
    ),
  });
}

function PasswordForm({ csrf, interaction, page, fresh, error, email, providers = [] }: SignInPageProps) {
  const wrong = error !== undefined;
  const isOnlyWay = providers.length === 0;
  return (
    <form method="post" action={href('/sign-in')}>
      <input type="hidden" name="csrf" value={csrf} />
      <DestinationFields interaction={interaction} page={page} fresh={fresh} />
      {error && (
        <Problem>
          <p>{error}</p>
        </Problem>
      )}
      <EmailField value={email} autofocus={isOnlyWay && !email} wrong={wrong} />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        maxlength={LONGEST_PASSWORD}
        autofocus={Boolean(email) && (isOnlyWay || wrong)}
        wrong={wrong}
      />
      <div class="actions">
        <button type="submit" class={isOnlyWay ? undefined : 'quiet'}>
          Sign in
        </button>
      </div>
    </form>
  );
}
