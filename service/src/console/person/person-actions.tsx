import type { User } from '../../people/entities/user.entity.js';
import { PostButton } from '../../web/post-button.js';
import { OnceField } from '../../people/pages/once-field.js';
import { RoleChoice } from '../../people/pages/role-choice.js';
import { href } from '../../web/href.js';

export interface PersonActionsProps {
  user: User;
  csrf: string;
  /** Whether somebody of the person's role may have a password. */
  passwords: boolean;
}

/** What an administrator can change about an account. */
export function PersonActions({ user, csrf, passwords }: PersonActionsProps) {
  const path = `/admin/people/${user.id}`;
  return (
    <>
      <form method="post" action={href(`${path}/role`)}>
        <input type="hidden" name="csrf" value={csrf} />
        <RoleChoice chosen={user.role} />
        <button type="submit" class="quiet small">
          Change the role
        </button>
      </form>
      <h2>Account</h2>
      {user.disabledAt ? (
        <>
          <p class="soft small">
            Enabling it gives nothing back that was ended: they sign in and connect again.
          </p>
          <PostButton action={`${path}/enable`} csrf={csrf} fields={{}}>
            Enable the account
          </PostButton>
        </>
      ) : (
        <>
          <p class="soft small">
            Disabling it ends all sign-in sessions and disconnects all applications at once.
          </p>
          <div class="row">
            <PostButton action={`${path}/disable`} csrf={csrf} fields={{}}>
              Disable the account
            </PostButton>
            {passwords && (
              <form method="post" action={href(`${path}/password-link`)}>
                <input type="hidden" name="csrf" value={csrf} />
                <OnceField />
                <button type="submit" class="quiet small">
                  Make a link for a new password
                </button>
              </form>
            )}
          </div>
        </>
      )}
    </>
  );
}
