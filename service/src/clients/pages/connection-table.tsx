import type { ComponentChildren } from 'preact';
import { type CatalogGrant, displayText } from 'nestjs-mcp-auth/service-kit';
import type { User } from '../../people/entities/user.entity.js';
import { ButtonLink } from '../../web/button-link.js';
import { href } from '../../web/href.js';
import { Day } from '../../web/moment.js';
import { type Column, Table } from '../../web/table.js';
import { ClientLabel } from './client-label.js';

export interface ConnectionTableProps {
  caption: string;
  rows: readonly CatalogGrant[];
  /** By what the grants call them. */
  people: ReadonlyMap<string, Pick<User, 'id' | 'name' | 'email'>>;
  mayEnd: boolean;
  /** A column that says the same in every row. */
  without?: string;
  /** What ends one. Default: a link to the question. */
  end?: (grant: CatalogGrant) => ComponentChildren;
}

/** Grants, with whose they are. */
export function ConnectionTable({ caption, rows, people, mayEnd, without, end }: ConnectionTableProps) {
  const person = ({ userId }: CatalogGrant) => (userId === null ? undefined : people.get(userId));
  const columns: Column<CatalogGrant>[] = [
    {
      title: 'Person',
      isLong: true,
      cell: (grant) => <Person grant={grant} user={person(grant)} />,
    },
    {
      title: 'Application',
      isLong: true,
      cell: ({ clientRow, clientName }) => (
        <a href={href(`/admin/clients/${clientRow}`)}>
          <ClientLabel name={clientName} />
        </a>
      ),
    },
    {
      title: 'Server',
      isLong: true,
      cell: ({ resource }) => <bdi>{displayText(resource, Infinity)}</bdi>,
    },
    { title: 'May', isLong: true, cell: ({ scopes }) => <code>{displayText(scopes.join(' '), 200)}</code> },
    { title: 'Last used', cell: ({ lastUsedAt }) => <Day at={lastUsedAt} /> },
    {
      title: 'End it',
      isTitleHidden: true,
      cell:
        end ??
        ((grant) => (
          <ButtonLink
            to={`/admin/connections/end?grant=${grant.grantId}`}
            kind="danger"
            about={`${person(grant)?.email ?? 'a service account'} with ${displayText(grant.clientName ?? grant.clientId, 40)}`}
          >
            End
          </ButtonLink>
        )),
    },
  ];
  const shown = columns.filter(({ title }) => title !== without && (mayEnd || title !== 'End it'));
  return <Table caption={caption} columns={shown} rows={rows} keyOf={({ grantId }) => grantId} />;
}

function Person({
  grant,
  user,
}: {
  grant: CatalogGrant;
  user: Pick<User, 'id' | 'name' | 'email'> | undefined;
}) {
  if (grant.userId === null) return <>Nobody: it acts for itself</>;
  if (!user) return <bdi>{displayText(grant.userId)}</bdi>;
  return (
    <>
      <a href={href(`/admin/people/${user.id}`)}>
        <bdi>{displayText(user.name) || 'Without a name'}</bdi>
      </a>
      <span class="aside">
        <bdi>{displayText(user.email, Infinity)}</bdi>
      </span>
    </>
  );
}
