import { displayText, Foreign } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../../web/button-link.js';
import { counted } from '../../../web/counted.js';
import type { ListPage } from '../../../web/cursor.js';
import { ListAddress } from '../../../web/list-address.js';
import { PageLinks } from '../../../web/page-links.js';
import { type Column, Table } from '../../../web/table.js';
import type { UsableServerProps } from './usable-server.js';

export interface ServerListProps {
  page: ListPage<UsableServerProps>;
  /** On all pages. */
  count: number;
}

/** Where one server alone is shown, with what connects each client to it. */
const START = new ListAddress('/');

const COLUMNS: readonly Column<UsableServerProps>[] = [
  {
    title: 'Server',
    isLong: true,
    cell: ({ name, identifier }) => (
      <>
        <Foreign text={name} />
        <span class="aside">
          <bdi>{displayText(identifier, 80)}</bdi>
        </span>
      </>
    ),
  },
  {
    title: 'State',
    cell: ({ connections }) =>
      connections.length > 0 ? <span class="tag good">Connected</span> : 'Not connected',
  },
  {
    title: 'Connect',
    isTitleHidden: true,
    cell: ({ identifier, name }) => (
      <ButtonLink to={START.with({ server: identifier })} about={displayText(name)}>
        Connect
      </ButtonLink>
    ),
  },
];

/** Many servers, each in a row: what connects them would be too much of a page. */
export function ServerList({ page, count }: ServerListProps) {
  return (
    <>
      <Table
        caption="Your MCP servers"
        columns={COLUMNS}
        rows={page.rows}
        keyOf={({ identifier }) => identifier}
      />
      <PageLinks page={page} address={START} count={counted(count, 'server')} />
    </>
  );
}
