import { ACTIONS, type AuditSearchDto, OUTCOMES } from './audit-search.dto.js';
import { Choice } from '../../web/choice.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { href } from '../../web/href.js';

/** Narrows the audit. */
export function AuditSearchForm({ search }: { search: AuditSearchDto }) {
  const { action, outcome, person, clientId, requestId, since, until } = search;
  const isNarrow = [action, outcome, person, clientId, requestId, since, until].some(
    (value) => value !== undefined,
  );
  return (
    <details open={isNarrow}>
      <summary>Search</summary>
      <form method="get" action={href('/admin/audit')}>
        <Choice label="Action" name="action" options={choices(ACTIONS)} chosen={action} optional />
        <Choice label="Outcome" name="outcome" options={choices(OUTCOMES)} chosen={outcome} optional />
        <Field
          label="Person"
          name="person"
          value={person}
          maxlength={LONGEST_EMAIL}
          autocomplete="off"
          hint="Email or id: what they did, and what was done to them."
          optional
        />
        <Field
          label="Application"
          name="clientId"
          value={clientId}
          maxlength={2_000}
          autocomplete="off"
          hint="Its client id."
          optional
        />
        <Field
          label="Request"
          name="requestId"
          value={requestId}
          maxlength={128}
          autocomplete="off"
          optional
        />
        <Field
          label="Since"
          name="since"
          value={since}
          maxlength={32}
          autocomplete="off"
          hint="A day such as 2026-11-30, or a time such as 2026-11-30T08:00:00Z."
          optional
        />
        <Field
          label="Until"
          name="until"
          value={until}
          maxlength={32}
          autocomplete="off"
          hint="And before it."
          optional
        />
        <div class="actions uneven">
          <a class="button" href={href('/admin/audit')}>
            All
          </a>
          <button type="submit">Search</button>
        </div>
      </form>
    </details>
  );
}

function choices(values: readonly string[]) {
  return values.map((value) => ({ value, text: value }));
}
