import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import { href } from '../../web/href.js';
import { SecondOfList } from '../../web/moment.js';
import { type Column, Table } from '../../web/table.js';
import { type AuditPeople, related, TO_AUDIT } from './related.js';

/** Characters of an id. */
const SHORT = 60;

export interface AuditTableProps {
  events: readonly AuditEventRow[];
  people: AuditPeople;
  /** Names of MCP servers, by their identifier. */
  servers: ReadonlyMap<string, string>;
}

/** Events, one a row. */
export function AuditTable({ events, people, servers }: AuditTableProps) {
  const columns: Column<AuditEventRow>[] = [
    {
      title: 'Time (UTC)',
      cell: ({ id, at }) => (
        <a href={href(`${TO_AUDIT.path}/${id}`)}>
          <SecondOfList at={at} />
        </a>
      ),
    },
    { title: 'What', cell: ({ action }) => <code>{action}</code> },
    { title: 'Who', isLong: true, cell: (event) => <Who event={event} people={people} /> },
    {
      title: 'Application',
      isLong: true,
      cell: ({ clientId }) =>
        clientId && (
          <a href={href(related({ clientId }))}>
            <bdi>{displayText(clientId, SHORT)}</bdi>
          </a>
        ),
    },
    {
      title: 'Server',
      isLong: true,
      cell: ({ resource }) => resource && <bdi>{displayText(servers.get(resource) ?? resource, SHORT)}</bdi>,
    },
    {
      title: 'Outcome',
      cell: ({ outcome }) => (outcome === 'refused' ? <span class="tag">Refused</span> : 'Done'),
    },
    {
      title: 'Request',
      cell: ({ requestId }) =>
        requestId && (
          <a href={href(related({ requestId }))}>
            <code>{displayText(requestId, 9)}</code>
          </a>
        ),
    },
  ];
  return (
    <div class="dense">
      <Table caption="Events" columns={columns} rows={events} keyOf={({ id }) => id} />
    </div>
  );
}

/** Who acted, and whose account it was done to. */
function Who({ event: { userId, detail }, people }: { event: AuditEventRow; people: AuditPeople }) {
  const { target } = detail;
  const about = typeof target === 'string' && target !== userId ? target : null;
  return (
    <>
      {userId !== null && <Account id={userId} people={people} />}
      {about !== null && (
        <span class="aside">
          to <Account id={about} people={people} />
        </span>
      )}
    </>
  );
}

function Account({ id, people }: { id: string; people: AuditPeople }) {
  const user = people.get(id);
  if (!user) return <bdi>{displayText(id, SHORT)}</bdi>;
  return (
    <a href={href(`${TO_PEOPLE.path}/${user.id}`)}>
      <bdi>{displayText(user.email, SHORT)}</bdi>
    </a>
  );
}
