import { type Connection } from 'nestjs-mcp-auth';
import { displayText, Fact, renderPage } from 'nestjs-mcp-auth/service-kit';
import type { Session } from '../../people/entities/session.entity.js';
import type { Frame } from '../../web/frame.js';
import type { Viewer } from '../../web/viewer.js';
import { Connections } from './connections.js';
import { ProviderForm } from '../../sign-in/pages/provider-form.js';
import { ServiceHead } from '../../web/service-head.js';
import { Sessions } from './sessions.js';

export interface AccountPageProps {
  frame: Frame;
  viewer: Viewer;
  sessions: readonly Session[];
  connections: readonly Connection[];
  /** Identity providers that the account is not connected with. */
  providers: readonly { id: string; name: string }[];
  /** Whether the person may use a password. */
  passwords: boolean;
}

/** Everything of somebody's own account. */
export function accountPage(props: AccountPageProps): string {
  const { frame, viewer, sessions, connections, providers, passwords } = props;
  const { csrf } = frame;
  return renderPage({
    title: 'Your account',
    wide: true,
    body: (
      <>
        <ServiceHead {...frame} />
        <h1>Your account</h1>
        <dl>
          <Fact name="Name">
            <bdi>{displayText(viewer.name)}</bdi>
          </Fact>
          <Fact name="Email">
            <bdi>{displayText(viewer.email, Infinity)}</bdi>
          </Fact>
        </dl>
        {passwords && (
          <p>
            <a href="/account/password">Change the password</a>
          </p>
        )}
        {providers.map(({ id, name }) => (
          <ProviderForm key={id} id={id} csrf={csrf} connect>
            Connect {displayText(name)}
          </ProviderForm>
        ))}
        <Sessions
          sessions={sessions}
          csrf={csrf}
          current={viewer.sessionId}
          end="/account/sessions/end"
          endAll="/account/sessions/end-others"
        />
        <Connections connections={connections} csrf={csrf} end="/connections/end" />
      </>
    ),
  });
}
