import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Table } from '../../web/table.js';
import type { DryRunAnswer, ServerAnswers } from '../dry-run.js';

/** What one person may do on each server. `client`: with which application; empty for any. */
export function EveryServer({ servers, client }: { servers: readonly ServerAnswers[]; client: string }) {
  return (
    <Table
      caption="What this person may do on each server"
      rows={servers}
      keyOf={({ server }) => server.identifier}
      columns={[
        { title: 'Server', isLong: true, cell: ({ server }) => <bdi>{displayText(server.name)}</bdi> },
        {
          title: 'Answer',
          isLong: true,
          cell: ({ answers }) =>
            answers.map((answer) => (
              <Answer
                key={answer.clients.join(' ')}
                answer={answer}
                client={client}
                isOne={answers.length === 1}
              />
            )),
        },
      ]}
    />
  );
}

/** What there is to say of one server. */
export function Answer({ answer, client, isOne }: { answer: DryRunAnswer; client: string; isOne: boolean }) {
  const { clients, outcome } = answer;
  return (
    <p>
      <strong>{sentence(outcome)}</strong>
      {clients.length > 0 && !isOne && (
        <>
          {' '}
          with{' '}
          {clients.map((id) => (
            <>
              <code>{id}</code>{' '}
            </>
          ))}
        </>
      )}
      {client && clients.length === 0 && ' No such application is known yet.'}
    </p>
  );
}

function sentence(answer: DryRunAnswer['outcome']): string {
  if (typeof answer === 'string') return answer;
  if (answer.outcome === 'allowed') return `May use ${answer.scopes.join(' ')}, by: ${answer.reason}`;
  return answer.outcome === 'pending' ? `Must wait: ${answer.reason}` : `Nothing: ${answer.reason}`;
}
