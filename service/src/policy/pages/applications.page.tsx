import type { ProtectedResource } from 'nestjs-mcp-auth';
import { ClientName, displayText } from 'nestjs-mcp-auth/service-kit';
import { writeEndTime } from '../../config/end-time.js';
import { ButtonLink } from '../../web/button-link.js';
import { counted } from '../../web/counted.js';
import type { ListPage } from '../../web/cursor.js';
import { Empty } from '../../web/empty.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { Table } from '../../web/table.js';
import type { ClientDecision } from '../entities/client-decision.entity.js';
import type { WaitingKind } from '../request-store.js';
import type { DecideBeforehandDto } from '../client-decision.dto.js';
import { BeforehandForm } from './beforehand-form.js';
import { kindWords } from './kind-words.js';
import { type Names, WaitingKinds } from './waiting-kinds.js';

export interface ApplicationsPageProps {
  frame: Frame;
  /** Whether an administrator agrees to each application. */
  needsApproval: boolean;
  waiting: readonly WaitingKind[];
  /** Whether there are others than these. */
  doMoreWait: boolean;
  page: ListPage<ClientDecision>;
  /** How many were decided. */
  decided: number;
  names: Names;
  resources: readonly ProtectedResource[];
  /** Milliseconds since 1970. */
  now: number;
  /** What somebody has tried to decide before anybody asks, and what is in the way. */
  beforehand: Partial<DecideBeforehandDto>;
  problem: string | undefined;
}

/** What waits first, then what was decided. */
export function applicationsPage(props: ApplicationsPageProps): string {
  const { frame, needsApproval, waiting, doMoreWait, page, decided, beforehand, problem } = props;
  return framedPage({
    frame,
    title: 'Approvals',
    problem,
    lead: needsApproval
      ? 'People may use an application once an administrator agrees to it.'
      : 'Applications that administer this service need approval; others do where MCP_AUTH_CLIENT_POLICY is approval.',
    children: (
      <>
        <h2>Waiting</h2>
        {waiting.length === 0 ? (
          <Empty sentence="Nobody waits for an application." />
        ) : (
          <WaitingKinds {...props} />
        )}
        {doMoreWait && (
          <p>
            These {waiting.length} were asked for last.{' '}
            <a href={href('/admin/access/applications/waiting')}>All that wait</a>
          </p>
        )}
        <h2>Decided</h2>
        {decided === 0 ? (
          <Empty sentence="Nothing was decided yet. What people ask for stands above, and waits for you." />
        ) : (
          <>
            <Decided {...props} />
            <PageLinks
              page={page}
              address={new ListAddress('/admin/access/applications')}
              count={counted(decided, 'decision')}
            />
          </>
        )}
        {frame.role === 'administrator' && (
          <BeforehandForm csrf={frame.csrf} form={beforehand} wrong={problem !== undefined} />
        )}
      </>
    ),
  });
}

function Decided({ page, names, frame, now }: ApplicationsPageProps) {
  return (
    <Table
      caption="What was decided"
      rows={page.rows}
      keyOf={({ kind, isClient, userId }) => JSON.stringify([kind, isClient, userId])}
      columns={[
        {
          title: 'Applications',
          isLong: true,
          cell: (one) =>
            one.isClient ? (
              <>
                <ClientName name={one.clientName} unnamed="Without a name" />{' '}
                <code>{displayText(one.kind, 60)}</code>
              </>
            ) : (
              <>
                All of <bdi>{kindWords(one.kind)}</bdi>
              </>
            ),
        },
        {
          title: 'Decision',
          cell: ({ outcome, until }) =>
            until && until.getTime() <= now ? (
              <span class="tag">Ended</span>
            ) : (
              <span class={outcome === 'approved' ? 'tag good' : 'tag bad'}>
                {outcome === 'approved' ? 'Approved' : 'Refused'}
              </span>
            ),
        },
        {
          title: 'For',
          isLong: true,
          cell: ({ userId }) =>
            userId === '' ? (
              'Everybody'
            ) : (
              <bdi>{displayText(names.get(userId) ?? 'Somebody who is gone')}</bdi>
            ),
        },
        { title: 'Ends', cell: ({ until }) => (until ? writeEndTime(until).slice(0, 10) : '–') },
        {
          title: 'By',
          cell: ({ decidedAt, decidedBy }) => (
            <>
              {decidedAt.toISOString().slice(0, 10)}{' '}
              <bdi>{displayText(names.get(decidedBy) ?? decidedBy, 40)}</bdi>
            </>
          ),
        },
        ...(frame.role === 'administrator'
          ? [
              {
                title: 'Take back',
                isTitleHidden: true,
                cell: (one: ClientDecision) => (
                  <ButtonLink to={takeBackPath(one)} kind="danger" about={one.clientName ?? one.kind}>
                    Take back
                  </ButtonLink>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

/** Of the page that asks. */
export function takeBackPath({ kind, isClient, userId }: ClientDecision): string {
  const query = new URLSearchParams({ kind, isClient: isClient ? 'yes' : 'no', person: userId });
  return `/admin/access/applications/take-back?${query.toString()}`;
}
