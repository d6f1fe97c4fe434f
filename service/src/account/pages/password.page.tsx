import { LONGEST_PASSWORD } from '../../config/password-length.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { NewPassword } from '../../sign-in/pages/new-password.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';

export interface PasswordPageProps {
  frame: Frame;
  email: string;
  error?: string;
}

/** Changes one's own password. */
export function passwordPage({ frame, email, error }: PasswordPageProps): string {
  const wrong = error !== undefined;
  return framedPage({
    frame,
    title: 'Change the password',
    lead: 'You stay signed in here, and are signed out everywhere else. Applications you have connected stay connected: disconnect them on the page of your account.',
    back: { path: '/account', text: 'Back to your account' },
    problem: error,
    children: (
      <form method="post" action={href('/account/password')}>
        <input type="hidden" name="csrf" value={frame.csrf} />
        <Field
          label="Email"
          name="email"
          type="email"
          value={email}
          autocomplete="username"
          maxlength={LONGEST_EMAIL}
          readonly
        />
        <Field
          label="Current password"
          name="current"
          type="password"
          autocomplete="current-password"
          maxlength={LONGEST_PASSWORD}
          autofocus
          wrong={wrong}
        />
        <NewPassword label="New password" wrong={wrong} />
        <div class="actions">
          <button type="submit">Change the password</button>
        </div>
      </form>
    ),
  });
}
