import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../../config/password-length.js';
import { Field } from '../../web/field.js';

/** A new password, twice. */
export function NewPassword({ label, wrong }: { label: string; wrong: boolean }) {
  return (
    <>
      <Field
        label={label}
        name="password"
        type="password"
        autocomplete="new-password"
        hint={`At least ${SHORTEST_PASSWORD} characters. A few words in a row are easy to remember.`}
        minlength={SHORTEST_PASSWORD}
        maxlength={LONGEST_PASSWORD}
        wrong={wrong}
      />
      <Field
        label={`${label} again`}
        name="repeated"
        type="password"
        autocomplete="new-password"
        maxlength={LONGEST_PASSWORD}
        wrong={wrong}
      />
    </>
  );
}
