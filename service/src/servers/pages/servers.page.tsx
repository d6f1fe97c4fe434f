import { Foreign } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import { Empty } from '../../web/empty.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { type Column, Table } from '../../web/table.js';
import type { Server } from '../server-changes.js';
import { serverPath } from '../server-path.js';

type ListedServer = Server & { rules: number };

export interface ServersPageProps {
  frame: Frame;
  servers: readonly ListedServer[];
}

const COLUMNS: readonly Column<ListedServer>[] = [
  {
    title: 'Server',
    isLong: true,
    cell: ({ name, identifier }) => (
      <>
        <a href={href(serverPath('server', identifier))}>
          <Foreign text={name} />
        </a>
        <span class="aside">
          <Foreign text={identifier} longest={Infinity} />
        </span>
      </>
    ),
  },
  {
    title: 'State',
    cell: ({ enabled }) =>
      enabled ? <span class="tag plain">Enabled</span> : <span class="tag">Disabled</span>,
  },
  { title: 'Comes from', cell: ({ isConfigured }) => (isConfigured ? 'Configuration' : 'This page') },
  { title: 'Scopes', isNumber: true, cell: ({ scopes }) => Object.keys(scopes).length },
  { title: 'Rules', isNumber: true, cell: ({ rules }) => rules },
];

/** All MCP servers. */
export function serversPage({ frame, servers }: ServersPageProps): string {
  return framedPage({
    frame,
    title: 'MCP servers',
    lead: 'What people and their applications can be let in to. Nobody may use a server until a rule says so.',
    actions: frame.role === 'administrator' && (
      <ButtonLink to="/admin/servers/add" kind="main">
        Add an MCP server
      </ButtonLink>
    ),
    children:
      servers.length === 0 ? (
        <Empty sentence="There is no MCP server yet. Add the first one." />
      ) : (
        <Table
          caption="MCP servers"
          columns={COLUMNS}
          rows={servers}
          keyOf={({ identifier }) => identifier}
        />
      ),
  });
}
