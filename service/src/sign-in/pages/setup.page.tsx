import { Brand, Problem, renderPage } from 'nestjs-mcp-auth/service-kit';
import { EmailField } from '../../web/email-field.js';
import { Field } from '../../web/field.js';
import { NewPassword } from './new-password.js';
import { href } from '../../web/href.js';

export interface SetupPageProps {
  csrf: string;
  token: string;
  name?: string;
  email?: string;
  error?: string;
}

/** Makes the first administrator. */
export function setupPage({ csrf, token, name, email, error }: SetupPageProps): string {
  const wrong = error !== undefined;
  return renderPage({
    title: wrong ? 'Error: Set up the service' : 'Set up the service',
    body: (
      <form method="post" action={href('/setup')}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="token" value={token} />
        <Brand />
        <h1>Create the first administrator</h1>
        <p class="soft">This link works once. You are signed in as soon as the account exists.</p>
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <Field
          label="Name"
          name="name"
          value={name}
          autocomplete="name"
          maxlength={100}
          autofocus
          wrong={wrong}
        />
        <EmailField value={email} wrong={wrong} />
        <NewPassword label="Password" wrong={wrong} />
        <div class="actions">
          <button type="submit">Create the account</button>
        </div>
      </form>
    ),
  });
}
