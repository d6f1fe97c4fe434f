import type { AuditPage } from '../../audit/audit-reader.js';
import type { AuditSearchDto } from './audit-search.dto.js';
import type { User } from '../../people/entities/user.entity.js';
import type { Frame } from '../../web/frame.js';
import { AuditEventView } from './audit-event.js';
import { AuditSearchForm } from './audit-search-form.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';

export interface AuditPageProps {
  frame: Frame;
  search: AuditSearchDto;
  /** Null when what was asked for is wrong. */
  page: AuditPage | null;
  /** Those who acted, and whom it was done to, by their id. */
  people: ReadonlyMap<string, Pick<User, 'name' | 'email'>>;
  problem: string | null;
}

/** What has happened, the newest first. */
export function auditPage({ frame, search, page, people, problem }: AuditPageProps): string {
  return framedPage({
    frame,
    title: 'Audit',
    lead: (
      <>
        Every decision of this service, the newest first.{' '}
        {isNarrow(search) ? 'Download what is found' : 'Download all of it'} as{' '}
        <a href={href(url('/admin/audit/export', search, {}))}>JSON Lines</a> or{' '}
        <a href={href(url('/admin/audit/export', search, { format: 'csv' }))}>CSV</a>.
      </>
    ),
    problem,
    children: (
      <>
        <AuditSearchForm search={search} />
        {page && <Events {...page} people={people} search={search} />}
      </>
    ),
  });
}

function Events({ events, people, next, search }: AuditPage & Pick<AuditPageProps, 'people' | 'search'>) {
  if (events.length === 0) return <p class="soft">There is nothing like that.</p>;
  return (
    <>
      <div class="events">
        {events.map((event) => (
          <AuditEventView
            key={event.id}
            event={event}
            person={people.get(event.userId ?? '')}
            target={people.get(String(event.detail['target']))}
          />
        ))}
      </div>
      {next !== null && (
        <p>
          <a class="button" href={href(url('/admin/audit', search, { before: next }))}>
            Older
          </a>
        </p>
      )}
    </>
  );
}

function isNarrow(search: AuditSearchDto): boolean {
  return narrowed(search).length > 0;
}

/** What was searched for, wherever in the pages of it one is. */
function narrowed(search: AuditSearchDto): [string, string][] {
  return Object.entries(search).filter(
    (entry): entry is [string, string] => entry[0] !== 'before' && typeof entry[1] === 'string',
  );
}

function url(path: string, search: AuditSearchDto, more: Record<string, string>): string {
  const query = new URLSearchParams([...narrowed(search), ...Object.entries(more)]).toString();
  return query === '' ? path : `${path}?${query}`;
}
