import type { AuditEventRow } from '../../audit/entities/audit-event.entity.js';
import { ButtonLink } from '../../web/button-link.js';
import { Choice } from '../../web/choice.js';
import { counted } from '../../web/counted.js';
import type { ListPage } from '../../web/cursor.js';
import { Empty } from '../../web/empty.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import { Filters } from '../../web/filters.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { ACTIONS, type AuditSearchDto, OUTCOMES } from './audit-search.dto.js';
import { AuditTable } from './audit-table.js';
import { type AuditPeople, TO_AUDIT } from './related.js';

export interface AuditPageProps {
  frame: Frame;
  search: AuditSearchDto;
  address: ListAddress;
  /** Null when what was asked for is wrong. */
  page: ListPage<AuditEventRow> | null;
  people: AuditPeople;
  /** Names of MCP servers, by their identifier. */
  servers: ReadonlyMap<string, string>;
  problem: string | null;
}

/** What has happened, the newest first. */
export function auditPage(props: AuditPageProps): string {
  const { frame, search, address, page, people, servers, problem } = props;
  const file = new ListAddress(`${TO_AUDIT.path}/export`, address.filters);
  return framedPage({
    frame,
    title: 'Audit',
    lead: 'Every decision of this service, the newest first. A file has all that these filters leave, not this page alone.',
    actions: (
      <>
        <ButtonLink to={file.with({})}>Download JSON Lines</ButtonLink>
        <ButtonLink to={file.with({ format: 'csv' })}>Download CSV</ButtonLink>
      </>
    ),
    problem,
    children: (
      <>
        <Search address={address} search={search} />
        {page && page.rows.length > 0 && (
          <>
            <AuditTable events={page.rows} people={people} servers={servers} />
            <PageLinks
              page={page}
              address={address}
              count={`${counted(page.rows.length, 'event')} on this page`}
            />
          </>
        )}
        {page?.rows.length === 0 && (
          <Empty sentence="Nothing like that has happened.">
            <a class="button small" href={href(address.path)}>
              Show all
            </a>
          </Empty>
        )}
      </>
    ),
  });
}

const PERIODS = [
  { value: '1h', text: 'Last hour' },
  { value: '24h', text: 'Last 24 hours' },
  { value: '7d', text: 'Last 7 days' },
  { value: '30d', text: 'Last 30 days' },
] as const;

function Search({ address, search }: Pick<AuditPageProps, 'address' | 'search'>) {
  const { action, outcome, person, clientId, requestId, since, until, last } = search;
  return (
    <Filters address={address}>
      <Choice label="Time" name="last" options={PERIODS} chosen={last} optional />
      <Choice label="What" name="action" options={choices(ACTIONS)} chosen={action} optional />
      <Choice label="Outcome" name="outcome" options={OUTCOME_NAMES} chosen={outcome} optional />
      <Field
        label="Person"
        name="person"
        value={person}
        maxlength={LONGEST_EMAIL}
        autocomplete="off"
        optional
      />
      <Field
        label="Application"
        name="clientId"
        value={clientId}
        maxlength={2_000}
        autocomplete="off"
        optional
      />
      <Field label="Request" name="requestId" value={requestId} maxlength={128} autocomplete="off" optional />
      <Field label="Since (UTC)" name="since" value={since} maxlength={32} autocomplete="off" optional />
      <Field label="Until (UTC)" name="until" value={until} maxlength={32} autocomplete="off" optional />
    </Filters>
  );
}

const OUTCOME_NAMES = OUTCOMES.map((value) => ({
  value,
  text: value === 'refused' ? 'Refused' : 'Done',
}));

function choices(values: readonly string[]) {
  return values.map((value) => ({ value, text: value }));
}
