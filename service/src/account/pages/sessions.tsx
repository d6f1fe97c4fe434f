import type { ComponentChildren } from 'preact';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { Session } from '../../people/entities/session.entity.js';
import { browserName } from '../../web/browser-name.js';
import { href } from '../../web/href.js';
import { Moment } from '../../web/moment.js';
import type { PageLink } from '../../web/refusal.js';
import { RowButton, RowForm } from '../../web/row-form.js';
import { type Column, Table } from '../../web/table.js';

export interface SessionsProps {
  sessions: readonly Session[];
  csrf: string;
  /** The one of the browser that looks, which is marked, and cannot be ended here. */
  current?: string;
  /** Where one is ended. Default: nowhere. */
  end?: string;
  /** What ends all of them but the current one. Default: nothing. */
  endAll?: ComponentChildren;
  /** Where all of them are. Default: these are all. */
  all?: PageLink;
}

/** Where somebody is signed in. */
export function Sessions({ sessions, csrf, current, end, endAll, all }: SessionsProps) {
  const others = sessions.filter(({ id }) => id !== current);
  const columns: Column<Session>[] = [
    {
      title: 'Browser',
      isLong: true,
      cell: (session) => (
        <>
          {name(session)}
          {session.id === current && (
            <>
              {' '}
              <span class="tag plain">This browser</span>
            </>
          )}
        </>
      ),
    },
    { title: 'Address', cell: ({ ipAddress }) => displayText(ipAddress ?? 'Unknown') },
    { title: 'Signed in', cell: ({ createdAt }) => <Moment at={createdAt} /> },
    { title: 'Last used', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
  ];
  if (end !== undefined)
    columns.push({
      title: 'End it',
      isTitleHidden: true,
      cell: (session) =>
        session.id !== current && (
          <RowButton
            name="id"
            value={session.id}
            about={`${name(session)}, used last ${session.updatedAt.toISOString()}`}
          >
            End
          </RowButton>
        ),
    });
  return (
    <section aria-labelledby="sessions">
      <div class="head">
        <h2 id="sessions">Sign-in sessions</h2>
        {others.length > 0 && endAll}
      </div>
      {sessions.length === 0 ? (
        <p class="soft">None at the moment.</p>
      ) : (
        <RowForm action={end} csrf={csrf}>
          <Table caption="Sign-in sessions" columns={columns} rows={sessions} keyOf={({ id }) => id} />
        </RowForm>
      )}
      {all && (
        <p>
          <a href={href(all.path)}>{all.text}</a>
        </p>
      )}
    </section>
  );
}

function name({ userAgent }: Session): string {
  return displayText(browserName(userAgent));
}
