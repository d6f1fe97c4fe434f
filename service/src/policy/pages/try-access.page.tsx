import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Choice } from '../../web/choice.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import type { ListPage } from '../../web/cursor.js';
import type { AccessRule } from '../../config/policy.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import type { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { Table } from '../../web/table.js';
import type { DryRunAnswer, DryRunQuestion, ServerAnswers } from '../dry-run.js';
import { Answer, EveryServer } from './server-answers.js';
import { Some } from '../../web/some.js';

export interface TryAccessPageProps {
  frame: Frame;
  resources: readonly ProtectedResource[];
  question: DryRunQuestion;
  /** Of one server. */
  answers: readonly DryRunAnswer[] | null;
  /** Of every server, for one person. */
  servers: ServerPage | null;
  /** Of every server, whoever uses the client. */
  access: RulePage | null;
}

/** A rule that is for a client. */
export interface RuleOfServer {
  server: ProtectedResource;
  rule: AccessRule;
  /** Among all of them. */
  place: string;
}

interface ServerPage {
  page: ListPage<ServerAnswers>;
  /** How many there are on all pages. */
  count: number;
  address: ListAddress;
}

interface RulePage {
  page: ListPage<RuleOfServer>;
  /** How many there are on all pages. */
  count: number;
  address: ListAddress;
}

/** Asks what somebody could do; nothing is changed by it. */
export function tryAccessPage(props: TryAccessPageProps): string {
  const { frame, question, answers, servers, access } = props;
  return framedPage({
    frame,
    title: 'Try access',
    lead: 'What a person or an application may do, and by which rule. Asking changes nothing.',
    children: (
      <>
        <Question {...props} />
        {answers && (
          <div role="status">
            {answers.map((answer) => (
              <Answer
                key={answer.clients.join(' ')}
                answer={answer}
                client={question.client}
                isOne={answers.length === 1}
              />
            ))}
          </div>
        )}
        {servers && (
          <>
            <EveryServer servers={servers.page.rows} client={question.client} />
            <PageLinks {...servers} count={counted(servers.count, 'server')} />
          </>
        )}
        {access && <WhateverPerson {...access} />}
      </>
    ),
  });
}

function Question({ resources, question: { email, resource, client } }: TryAccessPageProps) {
  const options = resources.map(({ identifier, name }) => ({
    value: identifier,
    text: `${displayText(name)} · ${displayText(identifier, 80)}`,
  }));
  return (
    <form method="get" action={href('/admin/access/try')}>
      <Field
        label="Email"
        name="email"
        type="email"
        value={email}
        maxlength={LONGEST_EMAIL}
        autocomplete="off"
        hint="Empty for what an application may, whoever uses it."
        optional
      />
      <Choice label="Server" name="resource" options={options} chosen={resource} optional />
      <Field
        label="With the application at"
        name="client"
        value={client}
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
  );
}

function WhateverPerson({ page, count, address }: RulePage) {
  if (count === 0) return <p role="status">No rule in force is for this application.</p>;
  return (
    <>
      <Table
        caption="The rules that are for this application"
        rows={page.rows}
        keyOf={({ place }) => place}
        columns={[
          { title: 'Server', isLong: true, cell: ({ server }) => <bdi>{displayText(server.name)}</bdi> },
          { title: 'Rule', isLong: true, cell: ({ rule }) => <bdi>{displayText(rule.name)}</bdi> },
          {
            title: 'Who',
            isLong: true,
            cell: ({ rule: { groups } }) => (
              <Some items={groups === 'everyone' ? null : groups} all="Everyone" />
            ),
          },
          {
            title: 'May',
            isLong: true,
            cell: ({ rule: { scopes } }) => (
              <Some items={scopes === 'all' ? null : scopes} all="Everything" />
            ),
          },
        ]}
      />
      <PageLinks page={page} address={address} count={counted(count, 'rule')} />
    </>
  );
}
