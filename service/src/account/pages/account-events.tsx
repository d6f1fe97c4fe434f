import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { AccountEvent } from '../../people/account-events.js';
import type { Providers } from '../../people/pages/ways-to-sign-in.js';
import { Moment } from '../../web/moment.js';

export interface AccountEventsProps {
  events: readonly AccountEvent[];
  providers: Providers;
}

/** What was done to somebody's account, and by whom: nobody writes to them. */
export function AccountEventList({ events, providers }: AccountEventsProps) {
  if (events.length === 0) return null;
  return (
    <section aria-labelledby="events">
      <h2 id="events">What happened to your account</h2>
      <p class="soft small">If you do not know why, ask an administrator.</p>
      <ul>
        {events.map((event) => (
          <li key={event.id}>
            <Moment at={event.at} />: <bdi>{displayText(sentence(event, providers), Infinity)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

const SOMEBODY = {
  administrator: 'An administrator',
  command: 'An operator of this service',
  person: 'You',
} as const;

function sentence({ action, by, detail }: AccountEvent, providers: Providers): string {
  const { issuer, before, after, changed } = detail as Readonly<Record<string, string | undefined>>;
  const provider = providers.find((one) => one.issuer === issuer)?.name ?? issuer;
  const who = SOMEBODY[by];
  const sentences: Readonly<Record<AccountEvent['action'], string>> = {
    'account.link': `It opens with ${provider}, too.`,
    'account.unlink': `${who} took your identity at ${provider} off it.`,
    'account.merge': `${who} merged another account into it: what opened that one opens this one now.`,
    'account.details':
      by === 'person'
        ? `${provider ?? 'Your identity provider'} gave you another ${changed?.replace(' ', ' and ')}.`
        : `${who} changed your ${changed}.`,
    'account.role': `${who} made you ${after}, who were ${before}.`,
    'account.disable': `${who} disabled it, which ended its sessions and connections.`,
    'account.enable': `${who} enabled it again.`,
    'account.reset': `${who} made a link that sets a new password.`,
    'account.password': `${who} set a new password.`,
    'account.sign-out': `${who} ended its sign-in sessions.`,
    'account.disconnect': `${who} disconnected applications from it.`,
  };
  return sentences[action];
}
