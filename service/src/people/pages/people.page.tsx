import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { Person } from '../people.js';
import type { Invitation } from '../entities/invitation.entity.js';
import { Field } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { InvitationForm, type InvitationFormProps } from './invitation-form.js';
import { Moment } from '../../web/moment.js';
import { OpenInvitations } from './open-invitations.js';
import { roleName } from './role-choice.js';
import { framedPage } from '../../web/framed.page.js';
import { groupsInWords, type Providers, waysInWords } from './ways-to-sign-in.js';
import { href } from '../../web/href.js';

export interface PeoplePageProps extends Pick<InvitationFormProps, 'form'> {
  frame: Frame;
  people: readonly Person[];
  providers: Providers;
  invitations: readonly Invitation[];
  search?: string;
  /** Where the next page begins; null on the last. */
  next: string | null;
  /** What is wrong with an invitation that was sent. */
  problem?: string;
}

export function peoplePage(props: PeoplePageProps): string {
  const { frame, people, providers, invitations, search, next, problem, form } = props;
  const { csrf, role } = frame;
  const mayChange = role === 'administrator';
  return framedPage({
    frame,
    title: 'People',
    problem,
    children: (
      <>
        {mayChange && <InvitationForm csrf={csrf} form={form} wrong={problem !== undefined} />}
        <OpenInvitations invitations={invitations} csrf={csrf} mayChange={mayChange} />
        <form method="get" action={href('/admin/people')} role="search" class="filters">
          <Field
            label="Name or email"
            name="search"
            value={search}
            maxlength={100}
            autocomplete="off"
            optional
          />
          <button type="submit" class="quiet">
            Search
          </button>
        </form>
        {people.length === 0 ? (
          <p class="soft">There is nobody here.</p>
        ) : (
          <Table people={people} providers={providers} />
        )}
        {next !== null && (
          <p>
            <a class="button" href={href(nextPage(search, next))}>
              Next page
            </a>
          </p>
        )}
      </>
    ),
  });
}

function nextPage(search: string | undefined, after: string): string {
  return `/admin/people?${String(new URLSearchParams({ ...(search !== undefined && { search }), after }))}`;
}

function Table({ people, providers }: Pick<PeoplePageProps, 'people' | 'providers'>) {
  return (
    <table>
      <thead>
        <tr>
          {['Person', 'Role', 'Groups', 'Signs in with', 'Last sign-in'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {people.map(({ user, ...person }) => (
          <tr key={user.id}>
            <td>
              <a href={href(`/admin/people/${user.id}`)}>
                <bdi>{displayText(user.name) || 'Without a name'}</bdi>
              </a>
              {user.disabledAt && (
                <>
                  {' '}
                  <span class="tag">Disabled</span>
                </>
              )}
              <span class="aside">
                <bdi>{displayText(user.email, Infinity)}</bdi>
              </span>
            </td>
            <td data-label="Role">{roleName(user.role)}</td>
            <td data-label="Groups">
              <bdi>{displayText(groupsInWords({ user, ...person }, providers)) || '–'}</bdi>
            </td>
            <td data-label="Signs in with">{waysInWords(person, providers)}</td>
            <td data-label="Last sign-in">
              {user.lastSignInAt ? <Moment at={user.lastSignInAt} /> : 'Never'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
