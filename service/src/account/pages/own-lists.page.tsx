import type { Connection } from 'nestjs-mcp-auth';
import type { Session } from '../../people/entities/session.entity.js';
import { counted } from '../../web/counted.js';
import type { ListPage } from '../../web/cursor.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { PostButton } from '../../web/post-button.js';
import type { PageLink } from '../../web/refusal.js';
import { Connections } from './connections.js';
import { Sessions } from './sessions.js';

export const OWN_SESSIONS: PageLink = { path: '/account/sessions', text: 'All sign-in sessions' };
export const OWN_CONNECTIONS: PageLink = { path: '/account/connections', text: 'All connected applications' };

const BACK: PageLink = { path: '/account', text: 'Back to your account' };

interface OwnListProps<Row> {
  frame: Frame;
  page: ListPage<Row>;
  /** How many there are on all pages. */
  count: number;
}

/** Where one is signed in. @param current the session of the browser that looks. */
export function ownSessionsPage(props: OwnListProps<Session> & { current: string }): string {
  const { frame, page, count, current } = props;
  return framedPage({
    frame,
    title: 'Where you are signed in',
    back: BACK,
    children: (
      <>
        <Sessions
          sessions={page.rows}
          csrf={frame.csrf}
          current={current}
          end="/account/sessions/end"
          endAll={<EndOthers csrf={frame.csrf} />}
        />
        <PageLinks
          page={page}
          address={new ListAddress(OWN_SESSIONS.path)}
          count={counted(count, 'session')}
        />
      </>
    ),
  });
}

/** What one has connected. */
export function ownConnectionsPage({ frame, page, count }: OwnListProps<Connection>): string {
  return framedPage({
    frame,
    title: 'What you have connected',
    back: BACK,
    children: (
      <>
        <Connections connections={page.rows} csrf={frame.csrf} end="/connections/end" />
        <PageLinks
          page={page}
          address={new ListAddress(OWN_CONNECTIONS.path)}
          count={counted(count, 'application')}
        />
      </>
    ),
  });
}

export function EndOthers({ csrf }: { csrf: string }) {
  return (
    <PostButton action="/account/sessions/end-others" csrf={csrf} fields={{}}>
      End all others
    </PostButton>
  );
}
