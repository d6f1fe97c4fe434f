import type { CountedSignOuts, SignedOut } from '../../people/sign-outs.js';
import { confirmationPage } from '../../web/confirmation.page.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';

export interface SignOutPageProps extends CountedSignOuts {
  frame: Frame;
  /** Whether the connections end, too. */
  disconnect: boolean;
}

/** Names what ends when everyone is signed out. */
export function signOutPage({
  frame,
  sessions,
  connections,
  people,
  at,
  disconnect,
}: SignOutPageProps): string {
  const whose = people === null ? '' : ` of ${counted(people, 'person', 'people')}`;
  return confirmationPage({
    frame,
    title: disconnect ? 'Sign everyone out and disconnect all applications?' : 'Sign everyone out?',
    ends: [
      `${counted(sessions, 'sign-in session')} ${sessions === 1 ? 'ends' : 'end'}: everybody signs in again in their browser, you too.`,
      ...(disconnect
        ? [
            `${counted(connections, 'connection')}${whose} ${connections === 1 ? 'ends' : 'end'}: their applications are refused within a second, and people connect and agree anew.`,
          ]
        : []),
    ],
    children: (
      <p class="soft">
        {disconnect
          ? 'Service accounts go on: they are no people.'
          : 'Applications that people have connected stay connected, and service accounts go on.'}
      </p>
    ),
    action: `/admin/settings/sign-out${disconnect ? '?disconnect=yes' : ''}`,
    fields: disconnect
      ? { disconnect: 'yes', at: at.toISOString(), grants: String(connections) }
      : { disconnect: 'no' },
    button: disconnect ? 'Sign everyone out and disconnect' : 'Sign everyone out',
    back: { path: '/admin/settings', text: 'Back to the settings' },
  });
}

/** What has ended. */
export function everyoneSentence({ sessions, connections }: SignedOut): string {
  const ended = `${counted(sessions, 'sign-in session')} ${sessions === 1 ? 'has' : 'have'} ended, yours too`;
  if (connections === null) return `${ended}. Applications that people have connected stay connected.`;
  return `${ended}, and ${counted(connections, 'connection')} of people.`;
}
