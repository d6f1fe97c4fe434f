import { displayText } from 'nestjs-mcp-auth/service-kit';
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
import { Some } from '../../web/some.js';
import type { Sorting } from '../../web/sorting.js';
import { type Column, Table } from '../../web/table.js';
import type { PeopleOrder } from '../people-filter.js';
import type { PeopleSearchDto } from '../people-search.dto.js';
import type { PeopleList, Person } from '../people.js';
import { TO_INVITATIONS, TO_PEOPLE } from '../to-people.js';
import { ROLE_NAMES, roleName } from './role-choice.js';
import { groupNames, type Providers, waysInWords } from './ways-to-sign-in.js';

export interface PeoplePageProps {
  frame: Frame;
  search: PeopleSearchDto;
  sorting: Sorting<string>;
  address: ListAddress;
  /** Null when what was asked for is wrong. */
  list: PeopleList | null;
  providers: Providers;
  /** Open invitations, counted as lists are. */
  invited: number;
  problem: string | null;
}

/** Everybody who has an account. */
export function peoplePage(props: PeoplePageProps): string {
  const { frame, search, sorting, address, list, providers, invited, problem } = props;
  return framedPage({
    frame,
    title: 'People',
    lead: 'Everybody who has an account here, and how they sign in.',
    actions: (
      <>
        {invited > 0 && (
          <ButtonLink to={TO_INVITATIONS.path}>{counted(invited, 'open invitation')}</ButtonLink>
        )}
        {frame.role === 'administrator' && (
          <ButtonLink to={`${TO_INVITATIONS.path}/new`} kind="main">
            Invite
          </ButtonLink>
        )}
      </>
    ),
    problem,
    children: (
      <>
        <Filters address={address}>
          <Field
            label="Name or email"
            name="search"
            value={search.search}
            maxlength={100}
            autocomplete="off"
            optional
          />
          <Choice label="Role" name="role" options={ROLE_NAMES} chosen={search.role} optional />
          <Choice label="State" name="state" options={STATES} chosen={search.state} optional />
          <Choice
            label="Signs in with"
            name="method"
            options={methods(providers)}
            chosen={search.method}
            optional
          />
          <Field
            label="Group"
            name="group"
            value={search.group}
            maxlength={256}
            autocomplete="off"
            optional
          />
          <Choice
            label="Has signed in"
            name="signedIn"
            options={SIGNED_IN}
            chosen={search.signedIn}
            optional
          />
        </Filters>
        {list && list.rows.length > 0 && (
          <>
            <Table
              caption="People"
              columns={columns(providers)}
              rows={list.rows}
              keyOf={({ user }) => user.id}
              sorting={sorting}
              address={address}
            />
            <PageLinks page={list} address={address} count={counted(list.count, 'person', 'people')} />
          </>
        )}
        {list?.rows.length === 0 && (
          <Empty sentence="Nobody is like that. An invited person stands here once they have opened their link.">
            <a class="button small" href={href(address.path)}>
              Show all
            </a>
          </Empty>
        )}
      </>
    ),
  });
}

const STATES = [
  { value: 'active', text: 'Active' },
  { value: 'disabled', text: 'Disabled' },
];
const SIGNED_IN = [
  { value: 'yes', text: 'At least once' },
  { value: 'never', text: 'Never' },
];

function methods(providers: Providers) {
  return [
    { value: 'password', text: 'Password' },
    ...providers.map(({ issuer, name }) => ({ value: issuer, text: displayText(name) })),
    { value: 'none', text: 'Nothing yet' },
  ];
}

function columns(providers: Providers): (Column<Person> & { sort?: PeopleOrder })[] {
  return [
    { title: 'Name', sort: 'name', isLong: true, cell: ({ user }) => <Name user={user} /> },
    {
      title: 'Email',
      sort: 'email',
      isLong: true,
      cell: ({ user }) => <bdi>{displayText(user.email, Infinity)}</bdi>,
    },
    { title: 'Role', cell: ({ user }) => roleName(user.role) },
    { title: 'Groups', cell: (person) => <Groups names={groupNames(person, providers)} /> },
    { title: 'Signs in with', cell: (person) => waysInWords(person, providers) },
    {
      title: 'Last sign-in',
      sort: 'lastSignInAt',
      cell: ({ user }) => (user.lastSignInAt ? <Day at={user.lastSignInAt} /> : 'Never'),
    },
    { title: 'Since', sort: 'createdAt', cell: ({ user }) => <Day at={user.createdAt} /> },
  ];
}

function Name({ user: { id, name, disabledAt } }: Pick<Person, 'user'>) {
  return (
    <>
      <a href={href(`${TO_PEOPLE.path}/${id}`)}>
        <bdi>{displayText(name) || 'Without a name'}</bdi>
      </a>
      {disabledAt && (
        <>
          {' '}
          <span class="tag bad">Disabled</span>
        </>
      )}
    </>
  );
}

function Groups({ names }: { names: readonly string[] }) {
  return names.length === 0 ? <>–</> : <Some items={names} all="" />;
}
