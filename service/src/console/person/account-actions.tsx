import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { href } from '../../web/href.js';

export interface AccountActionsProps {
  /** Of the person's page. */
  path: string;
  csrf: string;
  email: string;
}

/** What an administrator can change about whose account it is. */
export function AccountActions({ path, csrf, email }: AccountActionsProps) {
  return (
    <>
      <details>
        <summary>Change the email</summary>
        <form method="post" action={href(`${path}/email`)}>
          <input type="hidden" name="csrf" value={csrf} />
          <Field
            label="New email"
            name="email"
            type="email"
            value={email}
            maxlength={LONGEST_EMAIL}
            autocomplete="off"
            hint="From then on, name and email follow no provider."
          />
          <button type="submit" class="quiet small">
            Change the email
          </button>
        </form>
      </details>
      <details>
        <summary>Merge another account into this one</summary>
        <form method="post" action={href(`${path}/merge`)}>
          <input type="hidden" name="csrf" value={csrf} />
          <div class="field">
            <label for="other">Email of the other account</label>
            <input
              id="other"
              name="email"
              type="email"
              maxlength={LONGEST_EMAIL}
              autocomplete="off"
              aria-describedby="other-hint"
              required
            />
            <p class="hint" id="other-hint">
              Its identities open this account then. Its password, sessions and connected applications end,
              and it is gone.
            </p>
          </div>
          <button type="submit" class="quiet small">
            Merge
          </button>
        </form>
      </details>
      <details>
        <summary>Delete the account</summary>
        <form method="post" action={href(`${path}/delete`)}>
          <input type="hidden" name="csrf" value={csrf} />
          <label>
            <input type="checkbox" name="sure" value="yes" required /> Everything of it ends at once, and it
            cannot be had back
          </label>
          <p>
            <button type="submit" class="quiet small">
              Delete the account
            </button>
          </p>
        </form>
      </details>
    </>
  );
}
