import type { User } from '../../people/entities/user.entity.js';
import { RoleChoice } from '../../people/pages/role-choice.js';
import { ButtonLink } from '../../web/button-link.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { href } from '../../web/href.js';

export interface PersonActionsProps {
  user: User;
  /** Of the person's page. */
  path: string;
  csrf: string;
  /** The version of the person. */
  seen: string;
  /** Whether somebody of the person's role may have a password. */
  passwords: boolean;
}

/** What an administrator can change about an account. */
export function PersonActions({ user, path, csrf, seen, passwords }: PersonActionsProps) {
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Change the account</h2>
      <form method="post" action={href(`${path}/role`)}>
        <input type="hidden" name="csrf" value={csrf} />
        <input type="hidden" name="seen" value={seen} />
        <RoleChoice chosen={user.role} />
        <button type="submit" class="quiet small">
          Change the role
        </button>
      </form>
      <details>
        <summary>Change the email</summary>
        <form method="post" action={href(`${path}/email`)}>
          <input type="hidden" name="csrf" value={csrf} />
          <input type="hidden" name="seen" value={seen} />
          <Field
            label="New email"
            name="email"
            type="email"
            value={user.email}
            maxlength={LONGEST_EMAIL}
            autocomplete="off"
            hint="From then on, name and email follow no provider."
          />
          <button type="submit" class="quiet small">
            Change the email
          </button>
        </form>
      </details>
      <div class="row">
        {passwords && !user.disabledAt && (
          <ButtonLink to={`${path}/password-link`}>Make a link for a new password</ButtonLink>
        )}
        <ButtonLink to={`${path}/merge`}>Merge another account into this one</ButtonLink>
      </div>
      <div class="row apart">
        <ButtonLink to={`${path}/delete`} kind="danger">
          Delete the account
        </ButtonLink>
      </div>
    </section>
  );
}
