import { ClientName, Foreign } from 'nestjs-mcp-auth/service-kit';
import { Moment } from '../../../web/moment.js';
import { ReturnsTo } from '../../../account/pages/returns-to.js';
import { type Column, Table } from '../../../web/table.js';

/** An application that a person waits for. */
export interface WaitedFor {
  id: string;
  clientName: string | null;
  redirectUri: string;
  /** What people call it. */
  server: string;
  requestedAt: Date;
}

const COLUMNS: readonly Column<WaitedFor>[] = [
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
  { title: 'Server', isLong: true, cell: ({ server }) => <Foreign text={server} /> },
  { title: 'Since', cell: ({ requestedAt }) => <Moment at={requestedAt} /> },
];

/** What a person has asked for and an administrator has not decided. */
export function WaitingList({ requests }: { requests: readonly WaitedFor[] }) {
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">Waiting for approval</h2>
      <p class="soft small">
        An administrator decides. Once an application is approved, connect it again: it asks you what it may
        do.
      </p>
      <Table caption="Waiting for approval" columns={COLUMNS} rows={requests} keyOf={({ id }) => id} />
    </section>
  );
}
