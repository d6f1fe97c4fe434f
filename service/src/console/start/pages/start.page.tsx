import { Contact, displayText } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from '../../../web/frame.js';
import type { Viewer } from '../../../web/viewer.js';
import { signInPath } from '../../../sign-in/destination.js';
import { ButtonLink } from '../../../web/button-link.js';
import { CopyScript } from '../../../web/copy-script.js';
import { Empty } from '../../../web/empty.js';
import { framedPage } from '../../../web/framed.page.js';
import type { Attention } from '../../overview/attention.js';
import { AttentionList } from '../../overview/pages/attention-list.js';
import { href } from '../../../web/href.js';
import { ServerList, type ServerListProps } from './server-list.js';
import { UsableServer, type UsableServerProps } from './usable-server.js';
import { type WaitedFor, WaitingList } from './waiting-list.js';

export interface StartPageProps {
  frame: Frame;
  viewer: Pick<Viewer, 'name' | 'email'>;
  /** Null for those who do not run the service. */
  attention: Attention | null;
  /** The provider whose word on the person's groups is too old for other servers; null where there is none. */
  askAgain: string | null;
  /** Those that the person may use, each with what connects it; none where there is a list. */
  servers: readonly UsableServerProps[];
  /** In their place, where they are many. Default: they are few. */
  list?: ServerListProps;
  /** Whether one of many was chosen. Default false. */
  isOneOfMany?: boolean;
  /** What the person waits for. */
  requests: readonly WaitedFor[];
}

/** The servers that somebody may use, and how to connect a client to each. */
export function startPage(props: StartPageProps): string {
  const { frame, viewer, attention, askAgain, servers, list, isOneOfMany = false, requests } = props;
  const hasNone = servers.length === 0 && !list;
  return framedPage({
    frame,
    title: 'Start',
    heading: (
      <>
        Welcome, <bdi>{displayText(viewer.name)}</bdi>
      </>
    ),
    lead: (
      <>
        You are signed in as <bdi>{displayText(viewer.email)}</bdi>.
      </>
    ),
    children: (
      <>
        {attention && <AttentionList {...attention} />}
        {requests.length > 0 && <WaitingList requests={requests} />}
        <section aria-labelledby="servers">
          <h2 id="servers">{isOneOfMany ? 'Your MCP server' : 'Your MCP servers'}</h2>
          {isOneOfMany && (
            <p>
              <a href={href('/')}>All of your servers</a>
            </p>
          )}
          {askAgain !== null && <AskAgain provider={askAgain} isAll={hasNone} />}
          {list ? (
            <ServerList {...list} />
          ) : servers.length === 0 ? (
            askAgain === null && (
              <Empty sentence="You may use none yet. Ask an administrator which ones you need." />
            )
          ) : (
            <p class="soft small">
              Add a server to your client. It then opens your browser, and you decide what it may do.
            </p>
          )}
          {servers.map((server) => (
            <UsableServer key={server.identifier} {...server} />
          ))}
          <Contact about={hasNone ? 'You do not know whom?' : 'Something is missing?'} />
        </section>
        <CopyScript />
      </>
    ),
  });
}

/** Rules go by groups, which are read whenever somebody signs in with their provider. */
function AskAgain({ provider, isAll }: { provider: string; isAll: boolean }) {
  const name = displayText(provider);
  return (
    <Empty
      sentence={`Your groups at ${name} were read too long ago to show ${isAll ? 'your servers' : 'all of your servers'}. Sign in with ${name} again.`}
    >
      <p>
        <ButtonLink to={signInPath({ page: '/' })} kind="main">
          Sign in again
        </ButtonLink>
      </p>
    </Empty>
  );
}
