import { type CatalogRow, CLIENT_KINDS, displayText, Host } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import { Choice } from '../../web/choice.js';
import { counted } from '../../web/counted.js';
import { Empty } from '../../web/empty.js';
import { Field } from '../../web/field.js';
import { Filters } from '../../web/filters.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import type { ListAddress } from '../../web/list-address.js';
import { Day } from '../../web/moment.js';
import { PageLinks } from '../../web/page-links.js';
import type { Sorting } from '../../web/sorting.js';
import { type Column, Table } from '../../web/table.js';
import type { ClientList } from '../client-administration.js';
import type { ClientSearchDto } from '../client.dto.js';
import { redirectHosts } from '../client-provenance.js';
import { ClientLabel } from './client-label.js';
import { ClientOrigin, KIND_NAMES } from './client-origin.js';

export interface ClientsPageProps {
  frame: Frame;
  search: ClientSearchDto;
  sorting: Sorting<string>;
  address: ListAddress;
  /** Null when what was asked for is wrong. */
  list: ClientList | null;
  problem: string | null;
}

/** All applications and service accounts. */
export function clientsPage({ frame, search, sorting, address, list, problem }: ClientsPageProps): string {
  const mayChange = frame.role === 'administrator';
  return framedPage({
    frame,
    title: 'Applications',
    lead: 'Everything that asks for access, for people or for itself. What one calls itself proves nothing: its domain does.',
    actions: mayChange && (
      <>
        <ButtonLink to="/admin/clients/new-service-account">Add a service account</ButtonLink>
        <ButtonLink to="/admin/clients/new" kind="main">
          Add an application
        </ButtonLink>
      </>
    ),
    problem,
    children: (
      <>
        <Filters address={address}>
          <Field
            label="Name or domain"
            name="search"
            value={search.search}
            maxlength={200}
            autocomplete="off"
            optional
          />
          <Choice label="From" name="kind" options={KINDS} chosen={search.kind} optional />
          <Choice label="State" name="state" options={STATES} chosen={search.state} optional />
        </Filters>
        {list && list.rows.length > 0 && (
          <>
            <Table
              caption="Applications"
              columns={COLUMNS}
              rows={list.rows}
              keyOf={({ id }) => id}
              sorting={sorting}
              address={address}
            />
            <PageLinks page={list} address={address} count={counted(list.count, 'application')} />
          </>
        )}
        {list?.rows.length === 0 && <Nothing address={address} />}
      </>
    ),
  });
}

const KINDS = CLIENT_KINDS.map((value) => ({ value, text: KIND_NAMES[value] }));
const STATES = [
  { value: 'allowed', text: 'Allowed' },
  { value: 'blocked', text: 'Blocked' },
];

const COLUMNS: readonly Column<CatalogRow>[] = [
  {
    title: 'Application',
    sort: 'name',
    isLong: true,
    cell: ({ id, name, clientId, disabled }) => (
      <>
        <a href={href(`/admin/clients/${id}`)}>
          <ClientLabel name={name} />
        </a>
        {disabled && (
          <>
            {' '}
            <span class="tag bad">Blocked</span>
          </>
        )}
        <span class="aside">
          <bdi>{displayText(clientId, 80)}</bdi>
        </span>
      </>
    ),
  },
  { title: 'From', cell: (client) => <ClientOrigin client={client} /> },
  {
    title: 'Returns to',
    isLong: true,
    cell: ({ redirectUris }) => <Hosts names={redirectHosts(redirectUris)} />,
  },
  {
    title: 'People',
    isNumber: true,
    cell: ({ people }) => people ?? 'many',
  },
  { title: 'Last used', cell: ({ lastUsedAt }) => (lastUsedAt ? <Day at={lastUsedAt} /> : 'Never') },
  { title: 'Since', sort: 'createdAt', cell: ({ createdAt }) => <Day at={createdAt} /> },
];

/** Two of them, and how many more. */
function Hosts({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <>–</>;
  return (
    <>
      {names.slice(0, 2).map((name, index) => (
        <>
          {index > 0 && <br />}
          <Host key={name} name={name} />
        </>
      ))}
      {names.length > 2 && <span class="aside">and {names.length - 2} more</span>}
    </>
  );
}

function Nothing({ address }: { address: ListAddress }) {
  const { sort: _sort, ...filters } = address.filters;
  if (Object.values(filters).some(Boolean))
    return (
      <Empty sentence="No application is like that.">
        <a class="button small" href={href(address.path)}>
          Show all
        </a>
      </Empty>
    );
  return (
    <Empty sentence="No application has asked for access yet. One appears here as soon as somebody connects it to an MCP server, or when you add it." />
  );
}
