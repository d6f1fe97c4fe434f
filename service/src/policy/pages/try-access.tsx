import { type ProtectedResource } from 'nestjs-mcp-auth';
import type { DryRunAnswer, DryRunQuestion } from '../dry-run.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { ServerChoice } from './server-choice.js';
import { href } from '../../web/href.js';

export interface TryAccessProps {
  resources: readonly ProtectedResource[];
  question?: DryRunQuestion;
  answers?: readonly DryRunAnswer[];
}

/** Asks what somebody could do; nothing is changed by it. */
export function TryAccess({ resources, question, answers }: TryAccessProps) {
  return (
    <>
      <h2>What could this person do?</h2>
      {answers && (
        <div role="status">
          {answers.map(({ clients, outcome }) => (
            <p key={clients.join(' ')}>
              <strong>{sentence(outcome)}</strong>
              {clients.length > 0 && answers.length > 1 && <Clients ids={clients} />}
              {question?.client && clients.length === 0 && ' No such application is known yet.'}
            </p>
          ))}
        </div>
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
          hint="Its id, where it is sent back to, or where its metadata is, as a whole; may be empty."
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

function Clients({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {' '}
      with{' '}
      {ids.map((id) => (
        <>
          <code>{id}</code>{' '}
        </>
      ))}
    </>
  );
}

function sentence(answer: DryRunAnswer['outcome']): string {
  if (typeof answer === 'string') return answer;
  if (answer.outcome === 'allowed') return `May use ${answer.scopes.join(' ')}, by: ${answer.reason}`;
  return answer.outcome === 'pending' ? `Must wait: ${answer.reason}` : `Nothing: ${answer.reason}`;
}
