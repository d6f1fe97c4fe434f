import type { ProtectedResource } from 'nestjs-mcp-auth';
import { ClientName, DEVICE_GRANT_TYPE, displayText, Host, redirectHost } from 'nestjs-mcp-auth/service-kit';
import { writeEndTime } from '../../config/end-time.js';
import { ButtonLink } from '../../web/button-link.js';
import { counted } from '../../web/counted.js';
import type { ListPage } from '../../web/cursor.js';
import { Empty } from '../../web/empty.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { Table } from '../../web/table.js';
import type { ClientDecision } from '../entities/client-decision.entity.js';
import type { WaitingKind } from '../request-store.js';
import type { DecideBeforehandDto } from '../client-decision.dto.js';
import { BeforehandForm } from './beforehand-form.js';
import { kindWords } from './kind-words.js';

/** Emails by subject and id. */
export type Names = ReadonlyMap<string, string>;

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
          <Waiting {...props} />
        )}
        {doMoreWait && (
          <p class="soft">
            These {waiting.length} were asked for last. Others wait, too: they stand here once you have
            decided.
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

function Waiting({ waiting, names, resources, frame }: ApplicationsPageProps) {
  return (
    <Table
      caption="Applications that somebody waits for"
      rows={waiting}
      keyOf={({ kind }) => kind}
      columns={[
        {
          title: 'Application',
          isLong: true,
          cell: ({ newest, clients }) => (
            <>
              <ClientName name={newest.clientName} unnamed="Without a name" />
              {clients > 1 && <span class="tag">{counted(clients, 'installation')}</span>}
            </>
          ),
        },
        {
          title: 'Returns to',
          isLong: true,
          cell: ({ newest }) => (
            <>
              <ReturnsTo uri={newest.redirectUri} />{' '}
              {!isPublished(newest.clientId) && <span class="tag">Not verified</span>}
            </>
          ),
        },
        {
          title: 'Who asks',
          isLong: true,
          cell: ({ newest, people }) => (
            <>
              <bdi>{displayText(names.get(newest.userId) ?? 'Somebody who is gone')}</bdi>
              {people > 1 && ` +${people - 1}`}
            </>
          ),
        },
        {
          title: 'Server',
          cell: ({ newest }) => {
            const server = resources.find(({ identifier }) => identifier === newest.resource);
            return <bdi>{displayText(server?.name ?? newest.resource)}</bdi>;
          },
        },
        { title: 'Since', cell: ({ requestedAt }) => requestedAt.toISOString().slice(0, 10) },
        {
          title: 'Decide',
          isTitleHidden: true,
          cell: ({ newest }) => (
            <ButtonLink
              to={`/admin/access/applications/requests/${newest.id}`}
              about={newest.clientName ?? newest.clientId}
            >
              {frame.role === 'administrator' ? 'Decide' : 'Look'}
            </ButtonLink>
          ),
        },
      ]}
    />
  );
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

function takeBackPath({ kind, isClient, userId }: ClientDecision): string {
  const query = new URLSearchParams({ kind, isClient: isClient ? 'yes' : 'no', person: userId });
  return `/admin/access/applications/take-back?${query.toString()}`;
}

/** Where a browser brings the code. */
export function ReturnsTo({ uri }: { uri: string }) {
  return uri === DEVICE_GRANT_TYPE ? <>a device, by its code</> : <Host name={redirectHost(uri)} />;
}

/** Whether its id is where its metadata is published: then the domain vouches for it. */
export function isPublished(clientId: string): boolean {
  return clientId.startsWith('https://');
}
