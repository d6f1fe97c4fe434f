import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { RuleDto } from '../rule.dto.js';
import { Field } from '../../web/field.js';
import { ServerChoice } from './server-choice.js';
import { href } from '../../web/href.js';

export interface AddRuleProps {
  csrf: string;
  resources: readonly ProtectedResource[];
  /** What was sent, when something was wrong with it. */
  form?: RuleDto;
  /** Groups of it that nobody is in. */
  unseen?: readonly string[];
}

/** The form of a new rule. */
export function AddRule({ csrf, resources, form, unseen }: AddRuleProps) {
  return (
    <details open={form !== undefined}>
      <summary>Add a rule</summary>
      <form method="post" action={href('/admin/access/rules')}>
        <input type="hidden" name="csrf" value={csrf} />
        <Field label="Name" name="name" value={form?.name} maxlength={100} autocomplete="off" />
        <ServerChoice id="rule-server" resources={resources} chosen={form?.resource} />
        <div class="field">
          <label for="groups">Groups</label>
          <textarea id="groups" name="groups" rows={3} maxlength={4_000} aria-describedby="groups-hint">
            {form?.groups}
          </textarea>
          <p class="hint" id="groups-hint">
            One a line; empty for everyone. One of another provider begins with its id, such as
            partner:finance.
          </p>
        </div>
        <Field
          label="Scopes"
          name="scopes"
          value={form?.scopes}
          maxlength={4_000}
          autocomplete="off"
          hint="Separated by spaces; empty for all."
          optional
        />
        <Field
          label="Applications"
          name="clients"
          value={form?.clients}
          maxlength={4_000}
          autocomplete="off"
          hint="Beginnings of https URLs, such as https://claude.ai/; empty for any."
          optional
        />
        {unseen && <Unseen groups={unseen} />}
        <div class="actions">
          <button type="submit">{unseen ? 'Add it all the same' : 'Add the rule'}</button>
        </div>
      </form>
    </details>
  );
}

/** Asks whether these are meant: they may be mistyped, and somebody may yet come who is in them. */
function Unseen({ groups }: { groups: readonly string[] }) {
  return (
    <div role="status">
      <input type="hidden" name="meant" value={groups.join('\n')} />
      <p>Nobody who has signed in so far is in:</p>
      <ul>
        {groups.map((group) => (
          <li key={group}>
            <bdi>{displayText(group, Infinity)}</bdi>
          </li>
        ))}
      </ul>
      <p>Is every letter as your identity provider has it? Mend it above, or add the rule all the same.</p>
    </div>
  );
}
