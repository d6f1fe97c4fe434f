import { type Connection } from 'nestjs-mcp-auth';
import { displayText, Fact, renderPage } from 'nestjs-mcp-auth/service-kit';
import type { Session } from '../../sign-in/entities/session.entity.js';
import type { User } from '../../people/entities/user.entity.js';
import { Connections } from './connections.js';
import { ProviderForm } from '../../sign-in/pages/provider-form.js';
import { ServiceHead } from '../../web/service-head.js';
import { Sessions } from './sessions.js';

export interface AccountPageProps {
  csrf: string;
  user: Pick<User, 'name' | 'email' | 'role'>;
  /** Id of the sign-in session of the browser that looks. */
  current: string;
  sessions: readonly Session[];
  connections: readonly Connection[];
  /** Identity providers that the account is not connected with. */
  providers: readonly { id: string; name: string }[];
  /** Whether the person may use a password. */
  passwords: boolean;
}

/** Everything of somebody's own account. */
export function accountPage(props: AccountPageProps): string {
  const { csrf, user, current, sessions, connections, providers, passwords } = props;
  return renderPage({
    title: 'Your account',
    wide: true,
    body: (
      <>
        <ServiceHead csrf={csrf} role={user.role} current="/account" />
        <h1>Your account</h1>
        <dl>
          <Fact name="Name">
            <bdi>{displayText(user.name)}</bdi>
          </Fact>
          <Fact name="Email">
            <bdi>{displayText(user.email, Infinity)}</bdi>
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
          current={current}
          end="/account/sessions/end"
          endAll="/account/sessions/end-others"
        />
        <Connections connections={connections} csrf={csrf} end="/connections/end" />
      </>
    ),
  });
}
