import { type Connection } from 'nestjs-mcp-auth';
import { ClientName, displayText } from 'nestjs-mcp-auth/service-kit';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';
import { type Column, Table } from '../../web/table.js';
import { ReturnsTo } from './returns-to.js';

export interface ConnectionsProps {
  connections: readonly Connection[];
  csrf: string;
  /** Where one is disconnected. Default: nowhere. */
  end?: string;
}

const COLUMNS: readonly Column<Connection>[] = [
  {
    title: 'Application',
    isLong: true,
    cell: ({ clientName, redirectUri }) => (
      <>
        <ClientName name={clientName} unnamed="An application without a name" />
        <ReturnsTo redirectUri={redirectUri} />
      </>
    ),
  },
  { title: 'Server', isLong: true, cell: ({ resource }) => <bdi>{displayText(resource, Infinity)}</bdi> },
  { title: 'May', isLong: true, cell: ({ scopes }) => <code>{scopes.join(' ')}</code> },
  { title: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
];

/** The applications that a person has connected. */
export function Connections({ connections, csrf, end }: ConnectionsProps) {
  const button = (action: string): Column<Connection> => ({
    title: 'Disconnect it',
    isTitleHidden: true,
    cell: ({ grantId, clientName, clientId, resource }) => (
      <PostButton
        action={action}
        csrf={csrf}
        fields={{ grantId }}
        about={`${clientName ?? clientId} from ${resource}`}
      >
        Disconnect
      </PostButton>
    ),
  });
  return (
    <section aria-labelledby="connected">
      <h2 id="connected">Connected applications</h2>
      {connections.length === 0 ? (
        <p class="soft">None at the moment.</p>
      ) : (
        <Table
          caption="Connected applications"
          columns={end === undefined ? COLUMNS : [...COLUMNS, button(end)]}
          rows={connections}
          keyOf={({ grantId }) => grantId}
        />
      )}
    </section>
  );
}
