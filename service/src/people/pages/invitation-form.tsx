import type { InvitationDto } from '../invitation.dto.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { OnceField } from './once-field.js';
import { RoleChoice } from './role-choice.js';
import { href } from '../../web/href.js';

export interface InvitationFormProps {
  csrf: string;
  /** What was sent, when something was wrong with it. */
  form?: InvitationDto;
  wrong?: boolean;
}

/** Invites somebody. */
export function InvitationForm({ csrf, form, wrong }: InvitationFormProps) {
  return (
    <details open={form !== undefined}>
      <summary>Invite somebody</summary>
      <form method="post" action={href('/admin/invitations')}>
        <input type="hidden" name="csrf" value={csrf} />
        <OnceField />
        <Field
          label="Email"
          name="email"
          type="email"
          value={form?.email}
          maxlength={LONGEST_EMAIL}
          autocomplete="off"
          wrong={wrong}
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
    </details>
  );
}
