import { type PolicyDecision, type ProtectedResource } from 'nestjs-mcp-auth';
import type { DryRunQuestion } from '../dry-run.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { ServerChoice } from './server-choice.js';
import { href } from '../../web/href.js';

export interface TryAccessProps {
  resources: readonly ProtectedResource[];
  question?: DryRunQuestion;
  answer?: PolicyDecision | string;
}

/** Asks what somebody could do; nothing is changed by it. */
export function TryAccess({ resources, question, answer }: TryAccessProps) {
  return (
    <>
      <h2>What could this person do?</h2>
      {answer !== undefined && (
        <p role="status">
          <strong>{sentence(answer)}</strong>
        </p>
      )}
      <form method="get" action={href('/admin/access')}>
        <Field
          label="Email"
          name="email"
          type="email"
          value={question?.email}
          maxlength={LONGEST_EMAIL}
          autocomplete="off"
        />
        <ServerChoice id="try-server" resources={resources} chosen={question?.resource} />
        <Field
          label="With the application at"
          name="client"
          value={question?.client}
          maxlength={2_000}
          autocomplete="off"
          hint="Where it is sent back to, or where its metadata is, such as https://claude.ai/; may be empty."
          optional
        />
        <div class="actions">
          <button type="submit" class="quiet">
            Ask
          </button>
        </div>
      </form>
    </>
  );
}

function sentence(answer: PolicyDecision | string): string {
  if (typeof answer === 'string') return answer;
  if (answer.outcome === 'allowed') return `May use ${answer.scopes.join(' ')}, by: ${answer.reason}`;
  return answer.outcome === 'pending' ? `Must wait: ${answer.reason}` : `Nothing: ${answer.reason}`;
}
