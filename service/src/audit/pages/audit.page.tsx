import { Problem, renderPage } from 'nestjs-mcp-auth/service-kit';
import type { AuditPage, AuditSearch } from '../audit-reader.js';
import type { Role } from '../../people/entities/user.entity.js';
import { AuditEventView } from './audit-event.js';
import { AuditSearchForm } from './audit-search-form.js';
import { ServiceHead } from '../../web/service-head.js';

export interface AuditPageProps {
  csrf: string;
  /** Of who looks. */
  role: Role;
  search: AuditSearch;
  /** Null when what was asked for is wrong. */
  page: AuditPage | null;
  problem: string | null;
}

/** What has happened, the newest first. */
export function auditPage({ csrf, role, search, page, problem }: AuditPageProps): string {
  return renderPage({
    title: problem ? 'Error: Audit' : 'Audit',
    wide: true,
    body: (
      <>
        <ServiceHead csrf={csrf} role={role} current="/admin/audit" />
        <h1>Audit</h1>
        <p class="soft">
          Every decision of this service, the newest first.{' '}
          <a href="/admin/audit/export">Download all of it</a> as JSON Lines.
        </p>
        {problem && (
          <Problem>
            <p>{problem}</p>
          </Problem>
        )}
        <AuditSearchForm search={search} />
        {page && <Events {...page} search={search} />}
      </>
    ),
  });
}

function Events({ events, people, next, search }: AuditPage & { search: AuditSearch }) {
  if (events.length === 0) return <p class="soft">There is nothing like that.</p>;
  return (
    <>
      <div class="events">
        {events.map((event) => (
          <AuditEventView key={event.id} event={event} person={people.get(event.userId ?? '')} />
        ))}
      </div>
      {next !== null && (
        <p>
          <a class="button" href={pageUrl({ ...search, before: next })}>
            Older
          </a>
        </p>
      )}
    </>
  );
}

function pageUrl(search: AuditSearch): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  return `/admin/audit?${new URLSearchParams(given).toString()}`;
}
