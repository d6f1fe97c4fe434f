import type { RuleFields } from '../rule-form.js';
import { GroupsField } from './groups-field.js';

const CHOICES = [
  { value: 'everyone', words: 'Everybody' },
  { value: 'groups', words: 'People in these groups' },
] as const;

/** Whom a rule is for. A new one is for nobody until somebody says so: a field that was forgotten opens nothing. */
export function WhomField({ fields, groups }: { fields: RuleFields; groups: readonly string[] }) {
  return (
    <fieldset>
      <legend>For whom?</legend>
      <ul class="scopes">
        {CHOICES.map(({ value, words }) => (
          <li key={value}>
            <label class="scope">
              <input type="radio" name="whom" value={value} checked={fields.whom === value} />
              <span>{words}</span>
            </label>
          </li>
        ))}
      </ul>
      <GroupsField value={fields.groups} groups={groups} />
    </fieldset>
  );
}
