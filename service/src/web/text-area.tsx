export interface TextAreaProps {
  label: string;
  name: string;
  value?: string;
  hint?: string;
  rows: number;
  /** Characters. */
  maxlength: number;
  /** The page's `Problem` may be about this field. */
  wrong?: boolean;
  /** It must not be left empty. Default false. */
  required?: boolean;
}

/** A labelled field of several lines. */
export function TextArea(props: TextAreaProps) {
  const { label, name, value, hint, rows, maxlength, wrong = false, required = false } = props;
  const describedBy = [wrong && 'problem', hint && `${name}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <textarea
        id={name}
        name={name}
        rows={rows}
        maxlength={maxlength}
        required={required}
        spellcheck={false}
        aria-invalid={wrong || undefined}
        aria-describedby={describedBy || undefined}
      >
        {value}
      </textarea>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
