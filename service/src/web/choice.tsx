export interface ChoiceProps<Value extends string> {
  label: string;
  name: string;
  options: readonly { value: Value; text: string }[];
  chosen?: string;
  hint?: string;
  /** None of them may be chosen, too. Default false. */
  optional?: boolean;
}

/** One of a few. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, name, options, chosen, hint, optional = false } = props;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name} required={!optional} aria-describedby={hint && `${name}-hint`}>
        {optional && <option value="">Any</option>}
        {options.map(({ value, text }) => (
          <option key={value} value={value === text ? undefined : value} selected={value === chosen}>
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
