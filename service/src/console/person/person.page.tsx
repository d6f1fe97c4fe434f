import { type Connection } from 'nestjs-mcp-auth';
import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import type { Person } from '../../people/people.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import type { Session } from '../../people/entities/session.entity.js';
import type { Frame } from '../../web/frame.js';
import { Connections } from '../../account/pages/connections.js';
import { Identities } from '../../people/pages/identities.js';
import { Moment } from '../../web/moment.js';
import { AccountActions } from './account-actions.js';
import { PersonActions } from './person-actions.js';
import { roleName } from '../../people/pages/role-choice.js';
import { framedPage } from '../../web/framed.page.js';
import { Sessions } from '../../account/pages/sessions.js';
import { groupNames, type Providers, waysInWords } from '../../people/pages/ways-to-sign-in.js';

export interface PersonPageProps {
  frame: Frame;
  person: Person;
  providers: Providers;
  sessions: readonly Session[];
  connections: readonly Connection[];
  /** Whether somebody of the person's role may have a password. */
  passwords: boolean;
  /** Whether they could not sign in without their identity. */
  isOnlyWay: boolean;
  /** Why a change was refused. */
  problem?: string;
}

/** One account, as administrators and auditors see it. */
export function personPage(props: PersonPageProps): string {
  const { frame, person, providers, sessions, connections, passwords, isOnlyWay, problem } = props;
  const { user, identities } = person;
  const { id, name, email, createdAt, lastSignInAt, disabledAt } = user;
  const { csrf, role } = frame;
  const mayChange = role === 'administrator';
  const path = `/admin/people/${id}`;
  return framedPage({
    frame,
    title: name,
    heading: (
      <>
        <bdi>{displayText(name) || 'Without a name'}</bdi>
        {disabledAt && (
          <>
            {' '}
            <span class="tag bad">Disabled</span>
          </>
        )}
      </>
    ),
    back: TO_PEOPLE,
    problem,
    children: (
      <>
        <dl>
          <Fact name="Email">
            <bdi>{displayText(email, Infinity)}</bdi>
          </Fact>
          <Fact name="Role">{roleName(user.role)}</Fact>
          <Fact name="Groups">
            <bdi>{displayText(groupNames(person, providers).join(', '), Infinity) || 'None'}</bdi>
          </Fact>
          <Fact name="Signs in with">{waysInWords(person, providers)}</Fact>
          <Fact name="Last sign-in">{lastSignInAt ? <Moment at={lastSignInAt} /> : 'Never'}</Fact>
          <Fact name="Since">
            <Moment at={createdAt} />
          </Fact>
          {disabledAt && (
            <Fact name="Disabled">
              <Moment at={disabledAt} />
            </Fact>
          )}
        </dl>
        <Identities
          identities={identities}
          providers={providers}
          csrf={csrf}
          remove={mayChange ? `${path}/identities/remove` : undefined}
          isOnlyWay={isOnlyWay}
        />
        {mayChange && <PersonActions user={user} csrf={csrf} passwords={passwords} />}
        {mayChange && <AccountActions path={path} csrf={csrf} email={email} />}
        <Sessions sessions={sessions} csrf={csrf} endAll={mayChange ? `${path}/sessions/end` : undefined} />
        <Connections
          connections={connections}
          csrf={csrf}
          end={mayChange ? `${path}/connections/end` : undefined}
          endAll={mayChange ? `${path}/connections/end-all` : undefined}
        />
      </>
    ),
  });
}
