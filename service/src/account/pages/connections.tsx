import { type Connection } from 'nestjs-mcp-auth';
import { ClientName, displayText } from 'nestjs-mcp-auth/service-kit';
import { href } from '../../web/href.js';
import { Moment } from '../../web/moment.js';
import type { PageLink } from '../../web/refusal.js';
import { RowButton, RowForm } from '../../web/row-form.js';
import { type Column, Table } from '../../web/table.js';
import { ReturnsTo } from './returns-to.js';

export interface ConnectionsProps {
  connections: readonly Connection[];
  csrf: string;
  /** Where one is disconnected. Default: nowhere. */
  end?: string;
  /** Where all of them are. Default: these are all. */
  all?: PageLink;
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

const BUTTON: Column<Connection> = {
  title: 'Disconnect it',
  isTitleHidden: true,
  cell: ({ grantId, clientName, clientId, resource }) => (
    <RowButton name="grantId" value={grantId} about={`${clientName ?? clientId} from ${resource}`}>
      Disconnect
    </RowButton>
  ),
};

/** The applications that a person has connected. */
export function Connections({ connections, csrf, end, all }: ConnectionsProps) {
  return (
    <section aria-labelledby="connected">
      <h2 id="connected">Connected applications</h2>
      {connections.length === 0 ? (
        <p class="soft">None at the moment.</p>
      ) : (
        <RowForm action={end} csrf={csrf}>
          <Table
            caption="Connected applications"
            columns={end === undefined ? COLUMNS : [...COLUMNS, BUTTON]}
            rows={connections}
            keyOf={({ grantId }) => grantId}
          />
        </RowForm>
      )}
      {all && (
        <p>
          <a href={href(all.path)}>{all.text}</a>
        </p>
      )}
    </section>
  );
}
