import type { ProtectedResource } from 'nestjs-mcp-auth';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { writeEndTime } from '../../config/end-time.js';
import { ButtonLink } from '../../web/button-link.js';
import { Choice } from '../../web/choice.js';
import { counted } from '../../web/counted.js';
import type { ListPage } from '../../web/cursor.js';
import { Empty } from '../../web/empty.js';
import { Field } from '../../web/field.js';
import { Filters } from '../../web/filters.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { type Column, Table } from '../../web/table.js';
import type { ListedRule, RuleSearch } from '../rule-list.js';
import { Some } from '../../web/some.js';

export interface RulesPageProps {
  frame: Frame;
  page: ListPage<ListedRule>;
  /** How many the search finds. */
  found: number;
  hasAny: boolean;
  search: RuleSearch;
  resources: readonly ProtectedResource[];
  /** Of people who changed rules, by their id. */
  names: ReadonlyMap<string, string>;
  isFile: boolean;
  /** Service accounts of the server that is looked at: no rule is for them. */
  accounts: readonly RuledAccount[];
  /** Milliseconds since 1970. */
  now: number;
}

/** Service accounts that the page of a server shows. */
const MOST_ACCOUNTS = 20;

/** A service account, and the most that its tokens allow. */
export interface RuledAccount {
  clientId: string;
  name: string | null;
  scopes: readonly string[];
}

/** The rules, by server. */
export function rulesPage(props: RulesPageProps): string {
  const { frame, page, found, hasAny, search, resources, isFile } = props;
  const mayChange = frame.role === 'administrator' && !isFile;
  const address = new ListAddress('/admin/access', { q: search.text, server: search.server });
  const add = (
    <ButtonLink to="/admin/access/rules/new" kind="main">
      Add a rule
    </ButtonLink>
  );
  return framedPage({
    frame,
    title: 'Access rules',
    lead: `Nobody has access beyond what a rule allows; a service account has what is said of itself.${isFile ? ' The rules are in a file, and cannot be changed here.' : ''}`,
    actions: mayChange && add,
    children: (
      <>
        {hasAny && (
          <Filters address={address}>
            <Field label="Search" name="q" value={search.text} maxlength={200} autocomplete="off" optional />
            <Choice
              label="Server"
              name="server"
              chosen={search.server}
              options={resources.map(({ identifier, name }) => ({
                value: identifier,
                text: displayText(name),
              }))}
              optional
            />
          </Filters>
        )}
        {found === 0 &&
          (hasAny ? (
            <Empty sentence="No rule is like that." />
          ) : (
            <Empty sentence="There is no rule yet: nobody may use any server.">{mayChange && add}</Empty>
          ))}
        {byServer(page.rows).map(({ resource, rules }) => {
          const server = resources.find(({ identifier }) => identifier === resource);
          const name = displayText(server?.name ?? resource);
          return (
            <section key={resource}>
              <h2>
                <bdi>{name}</bdi>
                {!server?.enabled && <span class="tag">{server ? 'Switched off' : 'No such server'}</span>}
              </h2>
              <Table
                caption={`Rules of ${name}`}
                columns={columns(props)}
                rows={rules}
                keyOf={(rule) => rule.id ?? rule.name}
              />
            </section>
          );
        })}
        {props.accounts.length > 0 && <Accounts accounts={props.accounts} />}
        {found > 0 && <PageLinks page={page} address={address} count={counted(found, 'rule')} />}
      </>
    ),
  });
}

function columns({ names, now }: RulesPageProps): Column<ListedRule>[] {
  return [
    {
      title: 'Rule',
      isLong: true,
      cell: ({ id, name }) => {
        const shown = <bdi>{displayText(name)}</bdi>;
        return id === undefined ? shown : <a href={href(`/admin/access/rules/${id}`)}>{shown}</a>;
      },
    },
    { title: 'Who', cell: ({ groups }) => <Some items={groups} all="Everyone" /> },
    { title: 'May', cell: ({ scopes }) => <Some items={scopes} all="Everything" /> },
    { title: 'With', cell: ({ clients }) => <Some items={clients} all="Any application" /> },
    { title: 'Ends', cell: ({ until }) => <End until={until} now={now} /> },
    {
      title: 'Changed',
      cell: ({ updatedAt, updatedBy }) =>
        updatedAt && (
          <>
            {updatedAt.toISOString().slice(0, 10)}
            {updatedBy && (
              <>
                {' '}
                <bdi>{displayText(names.get(updatedBy) ?? updatedBy, 24)}</bdi>
              </>
            )}
          </>
        ),
    },
  ];
}

function Accounts({ accounts }: { accounts: readonly RuledAccount[] }) {
  return (
    <section>
      <h2>Service accounts</h2>
      <Table
        caption="Service accounts that may use this server"
        columns={[
          {
            title: 'Service account',
            isLong: true,
            cell: ({ clientId, name }) => (
              <a href={href(`/admin/clients?${new URLSearchParams({ search: clientId }).toString()}`)}>
                <bdi>{displayText(name ?? clientId)}</bdi>
              </a>
            ),
          },
          { title: 'May', cell: ({ scopes }) => <Some items={scopes} all="Everything" /> },
        ]}
        rows={accounts.slice(0, MOST_ACCOUNTS)}
        keyOf={({ clientId }) => clientId}
      />
      {accounts.length > MOST_ACCOUNTS && (
        <p>
          <a href={href('/admin/clients?kind=service-account')}>All {accounts.length} of them</a>
        </p>
      )}
    </section>
  );
}

function End({ until, now }: { until: Date | null; now: number }) {
  if (!until) return <>–</>;
  const day = writeEndTime(until).slice(0, 10);
  return until.getTime() <= now ? <span class="tag bad">Ended {day}</span> : <>{day}</>;
}

/** They come by server. */
function byServer(rows: readonly ListedRule[]): { resource: string; rules: ListedRule[] }[] {
  const servers = [...new Set(rows.map(({ resource }) => resource))];
  return servers.map((resource) => ({ resource, rules: rows.filter((rule) => rule.resource === resource) }));
}
