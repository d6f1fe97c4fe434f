import { type Connection } from 'nestjs-mcp-auth';
import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { AccountEvent } from '../../people/account-events.js';
import type { Identity } from '../../people/entities/identity.entity.js';
import { Identities } from '../../people/pages/identities.js';
import type { Providers } from '../../people/pages/ways-to-sign-in.js';
import type { Session } from '../../people/entities/session.entity.js';
import type { Frame } from '../../web/frame.js';
import type { Viewer } from '../../web/viewer.js';
import { AccountEventList } from './account-events.js';
import { EndOthers, OWN_CONNECTIONS, OWN_SESSIONS } from './own-lists.page.js';
import { Connections } from './connections.js';
import { ProviderForm } from '../../sign-in/pages/provider-form.js';
import { ButtonLink } from '../../web/button-link.js';
import { framedPage } from '../../web/framed.page.js';
import type { PageLink } from '../../web/refusal.js';
import { Sessions } from './sessions.js';

export interface AccountPageProps {
  frame: Frame;
  viewer: Viewer;
  sessions: readonly Session[];
  connections: readonly Connection[];
  /** Who the person is at identity providers. */
  identities: readonly Identity[];
  /** What was done to the account. */
  events: readonly AccountEvent[];
  /** Every identity provider. */
  known: Providers;
  /** Ids of those without which they cannot sign in. */
  onlyWays: ReadonlySet<string>;
  /** Why a change was refused. */
  problem?: string;
  /** Identity providers that the account is not connected with. */
  providers: readonly { id: string; name: string }[];
  /** Whether the person may use a password. */
  passwords: boolean;
}

/** Sessions, and connections, of which the others have a page of their own: that each is a small page. */
const MOST_SHOWN = 20;

/** Everything of somebody's own account. */
export function accountPage(props: AccountPageProps): string {
  const { frame, viewer, sessions, connections, identities, known, onlyWays, providers, passwords } = props;
  const { csrf } = frame;
  return framedPage({
    frame,
    title: 'Your account',
    actions: passwords && <ButtonLink to="/account/password">Change the password</ButtonLink>,
    problem: props.problem,
    children: (
      <>
        <dl>
          <Fact name="Name">
            <bdi>{displayText(viewer.name)}</bdi>
          </Fact>
          <Fact name="Email">
            <bdi>{displayText(viewer.email, Infinity)}</bdi>
          </Fact>
        </dl>
        <Identities
          identities={identities}
          providers={known}
          csrf={csrf}
          remove={{ path: '/account/identities/remove' }}
          onlyWays={onlyWays}
        />
        {providers.map(({ id, name }) => (
          <ProviderForm key={id} id={id} csrf={csrf} connect>
            Connect {displayText(name)}
          </ProviderForm>
        ))}
        <Sessions
          sessions={sessions.slice(0, MOST_SHOWN)}
          csrf={csrf}
          current={viewer.sessionId}
          end="/account/sessions/end"
          endAll={<EndOthers csrf={csrf} />}
          all={sessions.length > MOST_SHOWN ? allOf(sessions, OWN_SESSIONS) : undefined}
        />
        <Connections
          connections={connections.slice(0, MOST_SHOWN)}
          csrf={csrf}
          end="/connections/end"
          all={connections.length > MOST_SHOWN ? allOf(connections, OWN_CONNECTIONS) : undefined}
        />
        <AccountEventList events={props.events} providers={known} />
      </>
    ),
  });
}

function allOf(list: readonly unknown[], { path, text }: PageLink): PageLink {
  return { path, text: `${text} (${list.length})` };
}
