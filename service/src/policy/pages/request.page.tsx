import type { ProtectedResource } from 'nestjs-mcp-auth';
import { ClientName, displayText, Fact, Host } from 'nestjs-mcp-auth/service-kit';
import { programName } from '../../config/client-selector.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { Moment } from '../../web/moment.js';
import { ALL, THIS } from '../client-decision.dto.js';
import type { ApprovalRequest } from '../entities/approval-request.entity.js';
import type { SeenClient } from '../seen-clients.js';
import { TO_APPLICATIONS } from '../to-applications.js';
import { isPublished, type Names, ReturnsTo } from './waiting-kinds.js';
import { DecisionButtons } from './decision-buttons.js';
import { EndField } from './end-field.js';
import { kindWords } from './kind-words.js';

export interface RequestPageProps {
  frame: Frame;
  request: ApprovalRequest;
  /** Everybody who waits for clients of that kind. */
  others: readonly ApprovalRequest[];
  /** The client as it is now; null where nothing can be learned of it. */
  seen: SeenClient | null;
  names: Names;
  resources: readonly ProtectedResource[];
  problem: string | null;
}

/** All that is known of an application that waits, and the decision about it. */
export function requestPage(props: RequestPageProps): string {
  const { frame, seen, request, problem } = props;
  const name = seen ? seen.client.name : request.clientName;
  return framedPage({
    frame,
    title: `Approval: ${displayText(name ?? 'an application without a name')}`,
    heading: <ClientName name={name} unnamed="An application without a name" />,
    back: TO_APPLICATIONS,
    problem,
    children: (
      <>
        <Facts {...props} />
        {!seen && (
          <p>
            Nothing can be learned of this application at the moment: it is gone, or its metadata cannot be
            read. It can be decided when it is there again.
          </p>
        )}
        {seen && frame.role === 'administrator' && <DecisionForm {...props} seen={seen} />}
      </>
    ),
  });
}

function Facts({ request, others, seen, names, resources }: RequestPageProps) {
  const servers = [...new Set(others.map(({ resource }) => resource))];
  const people = [...new Set(others.map(({ userId }) => userId))];
  const clients = new Set(others.map(({ clientId }) => clientId)).size;
  return (
    <dl>
      <Fact name="Returns to">
        <strong>
          {seen && seen.redirectHosts.length > 0
            ? seen.redirectHosts.map((host, index) => (
                <>
                  {index > 0 && ', '}
                  <Host key={host} name={host} />
                </>
              ))
            : seen === null && <ReturnsTo uri={request.redirectUri} />}
          {seen?.redirectHosts.length === 0 && 'a device, by its code'}
        </strong>
      </Fact>
      {isPublished(request.clientId) ? (
        <Fact name="Published at">
          <strong>
            <Host name={request.clientId.replace(/^https:\/\//, '')} />
          </strong>
        </Fact>
      ) : (
        <Fact name="Identity">
          <span class="tag">Not verified</span>
          <span class="aside">The application registered itself. Its name is its own claim.</span>
        </Fact>
      )}
      <Fact name={servers.length > 1 ? 'Servers' : 'Server'}>
        {servers.map((resource) => (
          <div key={resource}>
            <bdi>
              {displayText(resources.find(({ identifier }) => identifier === resource)?.name ?? resource)}
            </bdi>
            <span class="aside">
              <code>{resource}</code>
            </span>
          </div>
        ))}
      </Fact>
      <Fact name="Who asks">
        {people.map((subject) => (
          <div key={subject}>
            <bdi>{displayText(names.get(subject) ?? 'Somebody who is gone')}</bdi>
          </div>
        ))}
      </Fact>
      <Fact name="Asked for">
        <Moment at={request.requestedAt} />
        {clients > 1 && <span class="aside">{counted(clients, 'installation')} of its kind wait</span>}
      </Fact>
      <Fact name="Id">
        <code>{request.clientId}</code>
      </Fact>
    </dl>
  );
}

function DecisionForm({ frame, request, others, seen, names }: RequestPageProps & { seen: SeenClient }) {
  const people = [...new Set(others.map(({ userId }) => userId))].filter((subject) => names.has(subject));
  const options = [
    { value: THIS, words: 'This application alone, as it is described above' },
    ...seen.kinds.map((kind) => ({ value: kind, words: sentence(kind) })),
  ];
  return (
    <form method="post" action={href(`/admin/access/applications/requests/${request.id}`)}>
      <input type="hidden" name="csrf" value={frame.csrf} />
      <input type="hidden" name="clientId" value={request.clientId} />
      <input type="hidden" name="shown" value={seen.shown} />
      <Options legend="What do you decide about?" name="kind" options={options} />
      <Options
        legend="For whom?"
        name="person"
        options={[
          { value: ALL, words: 'Everybody' },
          ...people.map((subject) => ({
            value: subject,
            words: `${displayText(names.get(subject) ?? '')} alone`,
          })),
        ]}
      />
      <EndField value={undefined} />
      <DecisionButtons />
    </form>
  );
}

function Options(props: {
  legend: string;
  name: string;
  options: readonly { value: string; words: string }[];
}) {
  const { legend, name, options } = props;
  return (
    <fieldset>
      <legend>{legend}</legend>
      <ul class="scopes">
        {options.map(({ value, words }, index) => (
          <li key={value}>
            <label class="scope">
              <input type="radio" name={name} value={value} checked={index === 0} />
              <span>{words}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function sentence(kind: string): string {
  const name = programName(kind);
  if (name === null) return `Every application that ${kindWords(kind)} publishes or receives`;
  return `Every program that calls itself “${displayText(name)}” and runs on the person's own computer. Any program there can take that name`;
}
