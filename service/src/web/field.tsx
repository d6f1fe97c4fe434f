import type { JSX } from 'preact';

export { LONGEST_EMAIL } from '../config/email-address.js';

export interface FieldProps {
  label: string;
  name: string;
  type?: 'text' | 'email' | 'password';
  autocomplete: 'name' | 'username' | 'current-password' | 'new-password' | 'off';
  value?: string;
  hint?: string;
  /** Characters. */
  minlength?: number;
  maxlength: number;
  /** The page opens with the cursor here. */
  autofocus?: boolean;
  /** It may be left empty. Default false. */
  optional?: boolean;
  /** It is shown, and not asked for. Default false. */
  readonly?: boolean;
  /** The page's `Problem` may be about this field. */
  wrong?: boolean;
}

/** A labelled text field. */
export function Field({ label, hint, wrong = false, optional = false, ...given }: FieldProps) {
  const { name, autocomplete } = given;
  const describedBy = [wrong && 'problem', hint && `${name}-hint`].filter(Boolean).join(' ');
  // The cast: preact types an input by each single type, not by one of several.
  const input = {
    ...given,
    id: name,
    required: !optional,
    autocapitalize: autocomplete === 'name' ? 'words' : 'none',
    spellcheck: false,
    'aria-invalid': wrong || undefined,
    'aria-describedby': describedBy || undefined,
  } as JSX.IntrinsicElements['input'];
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input {...input} />
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
