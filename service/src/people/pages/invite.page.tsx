import { Field, LONGEST_EMAIL } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import type { InvitationDto } from '../invitation.dto.js';
import { TO_INVITATIONS, TO_PEOPLE } from '../to-people.js';
import { OnceField } from './once-field.js';
import { RoleChoice } from './role-choice.js';

export interface InvitePageProps {
  frame: Frame;
  /** What was sent, when something was wrong with it. */
  form?: InvitationDto;
  problem?: string;
}

/** Invites somebody. */
export function invitePage({ frame, form, problem }: InvitePageProps): string {
  return framedPage({
    frame,
    title: 'Invite somebody',
    lead: 'You get a link, shown once, to send to them: whoever opens it gets the account.',
    back: TO_PEOPLE,
    problem,
    children: (
      <form method="post" action={href(`${TO_INVITATIONS.path}/new`)}>
        <input type="hidden" name="csrf" value={frame.csrf} />
        <OnceField />
        <Field
          label="Email"
          name="email"
          type="email"
          value={form?.email}
          maxlength={LONGEST_EMAIL}
          autocomplete="off"
          wrong={problem !== undefined}
          autofocus
        />
        <Field
          label="Name"
          name="name"
          value={form?.name}
          maxlength={100}
          autocomplete="off"
          hint="May be empty: whoever opens the link says it."
          optional
        />
        <RoleChoice chosen={form?.role} />
        <div class="actions">
          <button type="submit">Make the link</button>
        </div>
      </form>
    ),
  });
}
