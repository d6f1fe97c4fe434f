import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import { Choice } from '../../web/choice.js';
import { counted } from '../../web/counted.js';
import { Empty } from '../../web/empty.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { Filters } from '../../web/filters.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { type ConnectionList, MOST_COUNTED } from '../connection-administration.js';
import { type ConnectionSearchDto, UNUSED_FOR } from '../connections.dto.js';
import { ConnectionTable } from './connection-table.js';

export interface ConnectionsPageProps {
  frame: Frame;
  search: ConnectionSearchDto;
  address: ListAddress;
  /** Null when what was asked for is wrong. */
  list: ConnectionList | null;
  resources: readonly ProtectedResource[];
  problem: string | null;
}

/** Who can reach what, with which application. */
export function connectionsPage(props: ConnectionsPageProps): string {
  const { frame, search, address, list, resources, problem } = props;
  const mayEnd = frame.role === 'administrator';
  const isNarrow = Object.values(address.filters).some(Boolean);
  const count = list && counted(list.count, 'connection', 'connections', MOST_COUNTED);
  return framedPage({
    frame,
    title: 'Connections',
    lead: 'Who can reach which MCP server, and with which application. The last used stands first.',
    actions: mayEnd && isNarrow && list && list.rows.length > 0 && (
      <ButtonLink to={new ListAddress('/admin/connections/end', address.filters).with({})} kind="danger">
        {list.count === 1 ? 'End it' : `End these ${count}`}
      </ButtonLink>
    ),
    problem,
    children: (
      <>
        <Filters address={address}>
          <Field
            label="Person"
            name="person"
            value={search.person}
            maxlength={LONGEST_EMAIL}
            autocomplete="off"
            optional
          />
          <Field
            label="Application"
            name="client"
            value={search.client}
            maxlength={2_000}
            autocomplete="off"
            optional
          />
          <Choice label="Server" name="server" options={servers(resources)} chosen={search.server} optional />
          <Field
            label="Scope"
            name="scope"
            value={search.scope}
            maxlength={200}
            autocomplete="off"
            optional
          />
          <Choice
            label="Not used in"
            name="unused"
            options={UNUSED_FOR.map((days) => ({ value: String(days), text: `${days} days` }))}
            chosen={search.unused === undefined ? undefined : String(search.unused)}
            optional
          />
        </Filters>
        {list && list.rows.length > 0 && (
          <>
            <ConnectionTable caption="Connections" rows={list.rows} people={list.people} mayEnd={mayEnd} />
            <PageLinks page={list} address={address} count={count ?? ''} />
          </>
        )}
        {list?.rows.length === 0 && <Nothing isNarrow={isNarrow} path={address.path} />}
      </>
    ),
  });
}

function servers(resources: readonly ProtectedResource[]) {
  return resources.map(({ identifier, name }) => ({
    value: identifier,
    text: `${displayText(name)} · ${identifier}`,
  }));
}

function Nothing({ isNarrow, path }: { isNarrow: boolean; path: string }) {
  if (!isNarrow)
    return (
      <Empty sentence="Nobody has connected anything yet. A connection appears here when a person lets an application use an MCP server." />
    );
  return (
    <Empty sentence="No connection is like that. A person is named by the whole email address.">
      <a class="button small" href={href(path)}>
        Show all
      </a>
    </Empty>
  );
}
