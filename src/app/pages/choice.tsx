export interface ChoiceProps<Value extends string> {
  label: string;
  name: string;
  options: readonly { value: Value; text: string }[];
  chosen?: string;
  hint?: string;
}

/** One of a few. */
export function Choice<Value extends string>({ label, name, options, chosen, hint }: ChoiceProps<Value>) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name} required aria-describedby={hint && `${name}-hint`}>
        {options.map(({ value, text }) => (
          <option key={value} value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
