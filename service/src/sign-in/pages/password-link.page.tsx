import { Brand, Problem, renderPage } from 'nestjs-mcp-auth/service-kit';
import { EmailField } from '../../web/email-field.js';
import { NewPassword } from './new-password.js';
import { href } from '../../web/href.js';

export interface PasswordLinkPageProps {
  csrf: string;
  token: string;
  email: string;
  error?: string;
  /** Whether the applications are to be disconnected. Default true. */
  disconnect?: boolean;
}

/** Sets a new password, by a link. */
export function passwordLinkPage(props: PasswordLinkPageProps): string {
  const { csrf, token, email, error, disconnect = true } = props;
  const wrong = error !== undefined;
  return renderPage({
    title: wrong ? 'Error: Set a new password' : 'Set a new password',
    body: (
      <form method="post" action={href('/password')}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="token" value={token} />
        <Brand />
        <h1>Set a new password</h1>
        <p class="soft">This link works once. You are signed out everywhere, and sign in with the new one.</p>
        {error && (
          <Problem>
            <p>{error}</p>
          </Problem>
        )}
        <EmailField value={email} readonly />
        <NewPassword label="New password" wrong={wrong} />
        <ul class="scopes">
          <li>
            <label class="scope">
              <input type="checkbox" name="disconnect" value="1" checked={disconnect} />
              <span>
                Disconnect all applications
                <span class="aside">
                  They have to be connected again. Leave it ticked if somebody else may know your password.
                </span>
              </span>
            </label>
          </li>
        </ul>
        <div class="actions">
          <button type="submit">Set the password</button>
        </div>
      </form>
    ),
  });
}
