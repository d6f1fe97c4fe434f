import { Brand, displayText, Problem, renderPage } from 'nestjs-mcp-auth/service-kit';
import { EmailField } from '../../web/email-field.js';
import { Field } from '../../web/field.js';
import { NewPassword } from './new-password.js';
import { ProviderForm } from './provider-form.js';
import { href } from '../../web/href.js';

export interface InvitationPageProps {
  csrf: string;
  token: string;
  email: string;
  name?: string;
  error?: string;
  providers: readonly { id: string; name: string }[];
  /** Whether the person may have a password. */
  passwords: boolean;
}

/** Makes an account, by an invitation. */
export function invitationPage(props: InvitationPageProps): string {
  const { csrf, token, email, error, providers, passwords } = props;
  return renderPage({
    title: error === undefined ? 'You are invited' : 'Error: You are invited',
    body: (
      <>
        <Brand />
        <h1>You are invited</h1>
        <p class="soft">
          This link makes an account for{' '}
          <strong>
            <bdi>{displayText(email, Infinity)}</bdi>
          </strong>
          , once.
        </p>
        {providers.map(({ id, name }) => (
          <ProviderForm key={id} id={id} csrf={csrf} invitation={token}>
            Continue with {displayText(name)}
          </ProviderForm>
        ))}
        {providers.length > 0 && passwords && <p class="or">or</p>}
        {passwords && <PasswordForm {...props} />}
        {providers.length === 0 && !passwords && (
          <p role="status">There is no way to sign in for you at the moment. Ask an administrator.</p>
        )}
      </>
    ),
  });
}

function PasswordForm({ csrf, token, email, name, error, providers }: InvitationPageProps) {
  const wrong = error !== undefined;
  return (
    <form method="post" action={href('/invitation')}>
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="token" value={token} />
      {error && (
        <Problem>
          <p>{error}</p>
        </Problem>
      )}
      <Field label="Name" name="name" value={name} autocomplete="name" maxlength={100} wrong={wrong} />
      <EmailField value={email} readonly />
      <NewPassword label="Password" wrong={wrong} />
      <div class="actions">
        <button type="submit" class={providers.length === 0 ? undefined : 'quiet'}>
          Create the account
        </button>
      </div>
    </form>
  );
}
