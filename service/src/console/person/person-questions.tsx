import { displayText } from 'nestjs-mcp-auth/service-kit';
import { newLinkToken } from '../../people/link-token.js';
import type { Person } from '../../people/people.js';
import { personVersion } from '../../people/person-state.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import { confirmationPage } from '../../web/confirmation.page.js';
import { counted } from '../../web/counted.js';
import { Field, LONGEST_EMAIL } from '../../web/field.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import type { Holdings } from './person-holdings.js';

export interface PersonQuestionProps {
  frame: Frame;
  person: Person;
  holdings: Holdings;
}

/** Before an account is kept out. */
export function disablePage({ frame, person, holdings }: PersonQuestionProps): string {
  return confirmationPage({
    frame,
    title: `Disable ${nameOf(person)}?`,
    ends: [
      ...whatEnds(holdings),
      'Nobody signs in to it until an administrator enables it, which gives none of this back.',
    ],
    action: `${pathOf(person)}/disable`,
    fields: seen(person),
    button: 'Disable the account',
    back: backTo(person),
  });
}

/** The second question to administrators who are about to lock themselves out. */
export function disableOneselfPage({ frame, person, holdings }: PersonQuestionProps): string {
  return confirmationPage({
    frame,
    title: 'Disable your own account?',
    ends: [
      'You are signed out at once, everywhere: this page is the last one that you see.',
      ...whatEnds(holdings),
      'Only another administrator can enable the account again.',
    ],
    action: `${pathOf(person)}/disable`,
    fields: { confirm: 'yes', ...seen(person) },
    button: 'Disable my own account',
    back: backTo(person),
  });
}

/** Before an account goes for good. */
export function deletePage({ frame, person, holdings }: PersonQuestionProps): string {
  return confirmationPage({
    frame,
    title: `Delete ${nameOf(person)}?`,
    ends: [
      ...whatEnds(holdings),
      waysThatEnd(person),
      'It cannot be had back. The audit keeps what happened, under the id of the account.',
    ],
    action: `${pathOf(person)}/delete`,
    fields: seen(person),
    button: 'Delete the account',
    back: backTo(person),
  });
}

/** Before somebody is signed out everywhere. */
export function signOutPage({ frame, person, holdings }: PersonQuestionProps): string {
  return confirmationPage({
    frame,
    title: `Sign ${nameOf(person)} out everywhere?`,
    ends: [sessionsThatEnd(holdings), 'Connected applications stay connected.'],
    action: `${pathOf(person)}/sessions/end`,
    button: 'Sign them out',
    back: backTo(person),
  });
}

/** Before all applications of somebody are disconnected. */
export function disconnectPage({ frame, person, holdings }: PersonQuestionProps): string {
  return confirmationPage({
    frame,
    title: `Disconnect all applications of ${nameOf(person)}?`,
    ends: [grantsThatEnd(holdings), 'Whoever connects one again is asked again.'],
    action: `${pathOf(person)}/connections/end-all`,
    fields: { at: holdings.at.toISOString(), grants: String(holdings.grants) },
    button: 'Disconnect all',
    back: backTo(person),
  });
}

/** Before a link is made that sets a new password. */
export function passwordLinkQuestion({ frame, person }: Omit<PersonQuestionProps, 'holdings'>): string {
  return confirmationPage({
    frame,
    title: `A new password for ${nameOf(person)}?`,
    ends: [
      'Whoever opens the link sets the password: it is for this person alone.',
      'Setting it signs them out everywhere, and disconnects their applications unless they untick the box.',
      'A link that was made for them before works no more.',
    ],
    action: `${pathOf(person)}/password-link`,
    // Makes one link of a form that is sent twice.
    fields: { once: newLinkToken(), ...seen(person) },
    button: 'Make the link',
    back: backTo(person),
  });
}

export interface MergeFormProps {
  frame: Frame;
  person: Person;
  /** As it was typed. */
  email?: string;
  problem?: string;
}

/** Asks which account becomes a part of this one. */
export function mergeFormPage({ frame, person, email, problem }: MergeFormProps): string {
  return framedPage({
    frame,
    title: `Merge an account into that of ${nameOf(person)}`,
    lead: 'For one person with two accounts. Name, email, role and connected applications are those of this one.',
    back: backTo(person),
    problem,
    children: (
      <form method="get" action={href(`${pathOf(person)}/merge`)}>
        <Field
          label="Email of the other account"
          name="email"
          type="email"
          value={email}
          maxlength={LONGEST_EMAIL}
          autocomplete="off"
          wrong={problem !== undefined}
        />
        <div class="actions">
          <button type="submit" class="quiet">
            Go on
          </button>
        </div>
      </form>
    ),
  });
}

export interface MergeQuestionProps extends PersonQuestionProps {
  /** The account that goes. `holdings` are its own. */
  other: Person;
}

/** Before one account becomes a part of another. */
export function mergePage({ frame, person, other, holdings }: MergeQuestionProps): string {
  const { id, email } = other.user;
  const moved =
    other.identities.length === 0
      ? 'It has no identity at a provider that could open this account.'
      : `${counted(other.identities.length, 'identity', 'identities')} of it open this account from then on.`;
  return confirmationPage({
    frame,
    title: `Merge ${email} into ${person.user.email}?`,
    ends: [
      `The account of ${nameOf(other)} is gone, and cannot be had back.`,
      ...whatEnds(holdings),
      ...(other.hasPassword ? ['Its password opens nothing any more.'] : []),
      moved,
    ],
    action: `${pathOf(person)}/merge`,
    fields: { email, other: id, ...seen(person), otherSeen: personVersion(other.user) },
    button: 'Merge the accounts',
    back: backTo(person),
  });
}

function whatEnds(holdings: Holdings): string[] {
  const { invitations } = holdings;
  return [
    sessionsThatEnd(holdings),
    grantsThatEnd(holdings),
    ...(invitations === 0
      ? []
      : [
          `${counted(invitations, 'open invitation')} of theirs ${invitations === 1 ? 'works' : 'work'} no more.`,
        ]),
  ];
}

function sessionsThatEnd({ sessions: { length } }: Holdings): string {
  if (length === 0) return 'They are signed in nowhere: no sign-in session ends.';
  return `${counted(length, 'sign-in session')} ${length === 1 ? 'ends' : 'end'} at once.`;
}

function grantsThatEnd({ grants }: Holdings): string {
  if (grants === 0) return 'Nothing is connected: no connection ends.';
  return `${counted(grants, 'connection')} ${grants === 1 ? 'ends' : 'end'} at once, with every token.`;
}

function waysThatEnd({ hasPassword, identities: { length } }: Person): string {
  const ways = [
    ...(hasPassword ? ['the password'] : []),
    ...(length === 0 ? [] : [counted(length, 'identity', 'identities')]),
  ];
  return ways.length === 0 ? 'Nothing opens it as it is.' : `What opens it goes, too: ${ways.join(' and ')}.`;
}

/** What was looked at, without which nothing is done. */
function seen({ user }: Person) {
  return { seen: personVersion(user) };
}

function nameOf({ user: { name, email } }: Person): string {
  return displayText(name) || email;
}

function pathOf({ user }: Person): string {
  return `${TO_PEOPLE.path}/${user.id}`;
}

function backTo(person: Person) {
  return { path: pathOf(person), text: 'Back to the person' };
}
