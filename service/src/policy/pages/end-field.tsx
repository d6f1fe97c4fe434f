/** The last day on which something holds; a time, where it ended at one. */
export function EndField({ value }: { value: string | undefined }) {
  const isTime = value !== undefined && value !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(value);
  const input = { id: 'until', name: 'until', value, autocomplete: 'off', 'aria-describedby': 'until-hint' };
  return (
    <div class="field">
      <label for="until">Last day</label>
      {isTime ? <input type="text" {...input} maxlength={40} /> : <input type="date" {...input} />}
      <p class="hint" id="until-hint">
        It ends with this day, in UTC; empty for no end.
      </p>
    </div>
  );
}
