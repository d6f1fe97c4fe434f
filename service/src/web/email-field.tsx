import { Field, type FieldProps, LONGEST_EMAIL } from './field.js';

/** The email that a person signs in with, which password managers keep the password for. */
export function EmailField(props: Pick<FieldProps, 'value' | 'wrong' | 'autofocus' | 'readonly'>) {
  return (
    <Field
      label="Email"
      name="email"
      type="email"
      autocomplete="username"
      maxlength={LONGEST_EMAIL}
      {...props}
    />
  );
}
