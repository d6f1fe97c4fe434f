import { displayText, Fact } from 'nestjs-mcp-auth/service-kit';
import { Sessions } from '../../account/pages/sessions.js';
import { ConnectionTable } from '../../clients/pages/connection-table.js';
import { Identities } from '../../people/pages/identities.js';
import { roleName } from '../../people/pages/role-choice.js';
import { groupNames, type Providers, waysInWords } from '../../people/pages/ways-to-sign-in.js';
import type { Person } from '../../people/people.js';
import { personVersion } from '../../people/person-state.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import type { ServerAnswers } from '../../policy/dry-run.js';
import { EveryServer } from '../../policy/pages/server-answers.js';
import { ButtonLink } from '../../web/button-link.js';
import { EmailText } from '../../web/email-text.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';
import { RowButton, RowForm } from '../../web/row-form.js';
import { PersonActions } from './person-actions.js';
import type { ShownHoldings } from './person-holdings.js';

export interface PersonPageProps {
  frame: Frame;
  person: Person;
  providers: Providers;
  holdings: ShownHoldings;
  /** What they may do on each server, with an application that no rule names; empty of a disabled account. */
  access: readonly ServerAnswers[];
  /** Whether somebody of the person's role may have a password. */
  passwords: boolean;
  /** Ids of the identities without which they cannot sign in. */
  onlyWays: ReadonlySet<string>;
  /** Why a change was refused. */
  problem?: string;
}

/** Servers that are shown; the others are where access is tried. */
const MOST_SERVERS = 10;

/** One account, as administrators and auditors see it. */
export function personPage(props: PersonPageProps): string {
  const { frame, person, providers, holdings, access, passwords, onlyWays, problem } = props;
  const { user, identities } = person;
  const { id, name, email, createdAt, lastSignInAt, disabledAt } = user;
  const { csrf, role } = frame;
  const mayChange = role === 'administrator';
  const path = `${TO_PEOPLE.path}/${id}`;
  const seen = personVersion(user);
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
    actions: (
      <>
        <ButtonLink to={new ListAddress('/admin/audit', { person: id }).with({})}>Audit</ButtonLink>
        {mayChange && !disabledAt && (
          <ButtonLink to={`${path}/disable`} kind="danger">
            Disable
          </ButtonLink>
        )}
        {mayChange && disabledAt && (
          <PostButton action={`${path}/enable`} csrf={csrf} fields={{ seen }} kind="main">
            Enable
          </PostButton>
        )}
      </>
    ),
    back: TO_PEOPLE,
    problem,
    children: (
      <>
        <dl>
          <Fact name="Email">
            <EmailText email={email} />
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
        {access.length > 0 && <Access access={access} email={email} />}
        <Connections person={person} holdings={holdings} path={path} frame={frame} />
        <Sessions
          sessions={holdings.sessions}
          csrf={csrf}
          all={
            holdings.sessionCount > holdings.sessions.length
              ? { path: `${path}/sessions`, text: `All sign-in sessions (${holdings.sessionCount})` }
              : undefined
          }
          endAll={
            mayChange && (
              <ButtonLink to={`${path}/sessions/end`} kind="danger">
                Sign out everywhere
              </ButtonLink>
            )
          }
        />
        <Identities
          identities={identities}
          providers={providers}
          csrf={csrf}
          remove={mayChange ? { path: `${path}/identities/remove`, fields: { seen } } : undefined}
          onlyWays={onlyWays}
          mayRemoveLast
        />
        {mayChange && <PersonActions user={user} path={path} csrf={csrf} passwords={passwords} seen={seen} />}
      </>
    ),
  });
}

function Access({ access, email }: { access: readonly ServerAnswers[]; email: string }) {
  return (
    <section aria-labelledby="access">
      <div class="head">
        <h2 id="access">What they may do</h2>
        <ButtonLink to={new ListAddress('/admin/access/try', { email }).with({})}>
          Try with an application
        </ButtonLink>
      </div>
      <EveryServer servers={access.slice(0, MOST_SERVERS)} client="" />
      {access.length > MOST_SERVERS && (
        <p>
          <a href={href(new ListAddress('/admin/access/try', { email }).with({}))}>
            All {access.length} servers
          </a>
        </p>
      )}
    </section>
  );
}

interface ConnectionsProps extends Pick<PersonPageProps, 'frame' | 'person' | 'holdings'> {
  path: string;
}

function Connections({ frame, person: { user }, holdings, path }: ConnectionsProps) {
  const { latest, hasMore } = holdings;
  const mayChange = frame.role === 'administrator';
  return (
    <section aria-labelledby="connected">
      <div class="head">
        <h2 id="connected">Connected applications</h2>
        {mayChange && latest.length > 0 && (
          <ButtonLink to={`${path}/connections/end-all`} kind="danger">
            Disconnect all
          </ButtonLink>
        )}
      </div>
      {latest.length === 0 ? (
        <p class="soft">None at the moment.</p>
      ) : (
        <RowForm action={mayChange ? `${path}/connections/end` : undefined} csrf={frame.csrf}>
          <ConnectionTable
            caption="Connected applications"
            rows={latest}
            people={new Map([[user.subject, user]])}
            mayEnd={mayChange}
            without="Person"
            end={({ grantId, clientName, clientId, resource }) => (
              <RowButton name="grantId" value={grantId} about={`${clientName ?? clientId} from ${resource}`}>
                Disconnect
              </RowButton>
            )}
          />
        </RowForm>
      )}
      {hasMore && (
        <p>
          <a href={href(new ListAddress('/admin/connections', { person: user.email }).with({}))}>
            All of their connections
          </a>
        </p>
      )}
    </section>
  );
}
