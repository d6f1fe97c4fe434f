import { displayText } from 'nestjs-mcp-auth/service-kit';

/** The groups of a rule, with those that there are beside them to be copied. */
export function GroupsField({ value, groups }: { value: string | undefined; groups: readonly string[] }) {
  return (
    <div class="field">
      <label for="groups">Groups</label>
      <textarea id="groups" name="groups" rows={3} maxlength={4_000} aria-describedby="groups-hint">
        {value}
      </textarea>
      <p class="hint" id="groups-hint">
        One a line. One of another provider begins with its id, such as partner:finance.
      </p>
      {groups.length > 0 && (
        <details>
          <summary>Groups seen at sign-in</summary>
          <ul>
            {groups.map((group) => (
              <li key={group}>
                <code>{displayText(group, Infinity)}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
