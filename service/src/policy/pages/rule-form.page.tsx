import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import { Field } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { Moment } from '../../web/moment.js';
import type { AccessRuleRow } from '../entities/access-rule.entity.js';
import { fieldsOf, type RuleFields } from '../rule-form.js';
import { TO_RULES } from '../rule-refused.js';
import { EndField } from './end-field.js';
import { WhomField } from './whom-field.js';
import { RuleDifference } from './rule-difference.js';
import { ServerBoxes } from './server-boxes.js';

export interface RuleFormPageProps {
  frame: Frame;
  resources: readonly ProtectedResource[];
  /** Groups that people who have signed in are in. */
  groups: readonly string[];
  /** The rule as it is; none where one is added. */
  rule?: AccessRuleRow | undefined;
  /** Who changed it last. */
  changedBy: string | null;
  /** What stands in the form. */
  fields: RuleFields;
  problem?: string;
  /** Somebody else has changed it meanwhile. */
  isChanged?: boolean;
  /** Groups of it that nobody is in. */
  unseen?: readonly string[];
}

/** The form of a rule; for auditors, what it says. */
export function ruleFormPage(props: RuleFormPageProps): string {
  const { frame, rule, fields, problem, unseen, isChanged = false } = props;
  const mayChange = frame.role === 'administrator';
  return framedPage({
    frame,
    title: rule ? `Rule: ${displayText(rule.name)}` : 'Add a rule',
    back: TO_RULES,
    problem: problem ?? null,
    isQuestion: unseen !== undefined,
    actions: rule && mayChange && (
      <>
        <ButtonLink to={`/admin/access/rules/new?from=${rule.id}`}>Duplicate</ButtonLink>
        <ButtonLink to={`/admin/access/rules/${rule.id}/remove`} kind="danger">
          Remove
        </ButtonLink>
      </>
    ),
    children: (
      <>
        {rule && <Changed {...props} rule={rule} />}
        {rule && isChanged && <RuleDifference yours={fields} now={fieldsOf(rule)} />}
        {mayChange ? <Form {...props} /> : rule && <RuleDifference now={fieldsOf(rule)} />}
      </>
    ),
  });
}

function Changed({ rule, changedBy }: { rule: AccessRuleRow; changedBy: string | null }) {
  return (
    <dl>
      {rule.updatedAt && (
        <Fact name="Changed">
          <Moment at={rule.updatedAt} />
          {changedBy && (
            <>
              {' by '}
              <bdi>{displayText(changedBy)}</bdi>
            </>
          )}
        </Fact>
      )}
      <Fact name="Added">
        <Moment at={rule.createdAt} />
      </Fact>
    </dl>
  );
}

function Form({ frame, rule, fields, resources, groups, unseen, isChanged }: RuleFormPageProps) {
  const action = rule ? `/admin/access/rules/${rule.id}` : '/admin/access/rules';
  const save = rule ? 'Save the rule' : 'Add the rule';
  return (
    <form method="post" action={href(action)}>
      <input type="hidden" name="csrf" value={frame.csrf} />
      {rule && <input type="hidden" name="version" value={rule.version} />}
      <Field label="Name" name="name" value={fields.name} maxlength={100} autocomplete="off" />
      <WhomField fields={fields} groups={groups} />
      <ServerBoxes resources={resources} fields={fields} isOne={rule !== undefined} />
      <div class="field">
        <label for="clients">Applications</label>
        <textarea id="clients" name="clients" rows={2} maxlength={4_000} aria-describedby="clients-hint">
          {fields.clients}
        </textarea>
        <p class="hint" id="clients-hint">
          One a line; empty for any. The beginning of an https URL, such as https://claude.ai/, or
          loopback:Claude Code for programs of that name on people's own computers: a name that any program
          can take.
        </p>
      </div>
      <EndField value={fields.until} />
      {unseen && <Unseen groups={unseen} />}
      <div class="actions">
        <button type="submit">{unseen || isChanged ? `${save} all the same` : save}</button>
      </div>
    </form>
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
      <p>Is every letter as your identity provider has it? Mend it above, or go on all the same.</p>
    </div>
  );
}
