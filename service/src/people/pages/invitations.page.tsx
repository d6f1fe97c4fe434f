import { displayText } from 'nestjs-mcp-auth/service-kit';
import { ButtonLink } from '../../web/button-link.js';
import { counted } from '../../web/counted.js';
import { EmailText } from '../../web/email-text.js';
import { Empty } from '../../web/empty.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { ListAddress } from '../../web/list-address.js';
import { Day, Moment } from '../../web/moment.js';
import { PageLinks } from '../../web/page-links.js';
import { RowButton, RowForm } from '../../web/row-form.js';
import { type Column, Table } from '../../web/table.js';
import type { Invitation } from '../entities/invitation.entity.js';
import type { User } from '../entities/user.entity.js';
import type { InvitationList } from '../invitations.js';
import { TO_INVITATIONS, TO_PEOPLE } from '../to-people.js';
import { roleName } from './role-choice.js';

export interface InvitationsPageProps {
  frame: Frame;
  list: InvitationList;
  /** Those who have invited, by their id. */
  inviters: ReadonlyMap<string, Pick<User, 'id' | 'name' | 'email'>>;
}

/** The invitations that nobody has taken up yet. */
export function invitationsPage({ frame, list, inviters }: InvitationsPageProps): string {
  const mayChange = frame.role === 'administrator';
  return framedPage({
    frame,
    title: 'Open invitations',
    lead: 'Links that nobody has opened an account with yet. The newest stands first.',
    actions: mayChange && (
      <ButtonLink to={`${TO_INVITATIONS.path}/new`} kind="main">
        Invite
      </ButtonLink>
    ),
    back: TO_PEOPLE,
    children:
      list.rows.length === 0 ? (
        <Empty sentence="No invitation is open: each was taken up, taken back, or has expired." />
      ) : (
        <>
          <RowForm action={mayChange ? `${TO_INVITATIONS.path}/remove` : undefined} csrf={frame.csrf}>
            <Table
              caption="Open invitations"
              columns={columns(mayChange, inviters)}
              rows={list.rows}
              keyOf={({ id }) => id}
            />
          </RowForm>
          <PageLinks
            page={list}
            address={new ListAddress(TO_INVITATIONS.path)}
            count={counted(list.count, 'open invitation')}
          />
        </>
      ),
  });
}

function columns(mayChange: boolean, inviters: InvitationsPageProps['inviters']): Column<Invitation>[] {
  const shown: Column<Invitation>[] = [
    {
      title: 'Email',
      isLong: true,
      cell: ({ email, name }) => (
        <>
          <EmailText email={email} />
          {name && (
            <span class="aside">
              <bdi>{displayText(name)}</bdi>
            </span>
          )}
        </>
      ),
    },
    { title: 'Role', cell: ({ role }) => roleName(role) },
    {
      title: 'Invited by',
      isLong: true,
      cell: ({ invitedBy }) => <Inviter user={inviters.get(invitedBy)} />,
    },
    { title: 'On', cell: ({ createdAt }) => <Day at={createdAt} /> },
    { title: 'Works until', cell: ({ expiresAt }) => <Moment at={expiresAt} /> },
  ];
  const takeBack: Column<Invitation> = {
    title: 'Take it back',
    isTitleHidden: true,
    cell: ({ id, email }) => (
      <RowButton name="id" value={id} about={`the invitation of ${email}`}>
        Take back
      </RowButton>
    ),
  };
  return mayChange ? [...shown, takeBack] : shown;
}

function Inviter({ user }: { user: Pick<User, 'id' | 'name' | 'email'> | undefined }) {
  if (!user) return <>–</>;
  return (
    <a href={href(`${TO_PEOPLE.path}/${user.id}`)}>
      <bdi>{displayText(user.name) || displayText(user.email)}</bdi>
    </a>
  );
}
