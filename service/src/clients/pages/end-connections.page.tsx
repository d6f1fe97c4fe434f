import { counted } from '../../web/counted.js';
import { Empty } from '../../web/empty.js';
import { confirmationPage } from '../../web/confirmation.page.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import type { ConnectionCount } from '../connection-administration.js';
import { ListAddress, type ListFilters } from '../../web/list-address.js';

export interface EndConnectionsPageProps {
  frame: Frame;
  /** Which of them. */
  filters: ListFilters;
  /** That it is all of them. */
  all: 'yes' | undefined;
  found: ConnectionCount;
}

const WORDS: Readonly<Record<string, string>> = {
  person: 'Of the person',
  client: 'With the application',
  server: 'At the server',
  scope: 'With the scope',
  unused: 'Days without use',
};

/** Before connections end, with their number. */
export function endConnectionsPage({ frame, filters, all, found }: EndConnectionsPageProps): string {
  const { grant: _one, ...list } = filters;
  const back = {
    path: new ListAddress('/admin/connections', list).with({}),
    text: 'Back to the connections',
  };
  if (found.grants === 0)
    return framedPage({
      frame,
      title: 'These connections are over',
      back,
      children: (
        <Empty sentence="There is nothing left to end: somebody was quicker, or their time was up." />
      ),
    });
  const { grants, people, at } = found;
  const number = grants.toLocaleString('en');
  const connections = grants === 1 ? '1 connection' : `${number} connections`;
  const whose = people ? ` of ${counted(people, 'person', 'people')}` : '';
  const title = all ? `End all ${connections}` : `End ${connections}`;
  const chosen = Object.entries(list).filter(([, value]) => value);
  return confirmationPage({
    frame,
    title: `${title}?`,
    ends: [
      `${connections}${whose} ${grants === 1 ? 'ends' : 'end'} at once, with every token.`,
      'Whoever connects again is asked again.',
      ...(all ? ['These are all the connections that there are.'] : []),
    ],
    children: chosen.length > 0 && (
      <dl>
        {chosen.map(([name, value]) => (
          <div key={name}>
            <dt>{WORDS[name]}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    ),
    action: new ListAddress('/admin/connections/end', filters).with({}),
    fields: {
      at: at.toISOString(),
      grants: String(grants),
      ...Object.fromEntries(
        Object.entries<string | undefined>({ ...filters, all }).filter((entry): entry is [string, string] =>
          Boolean(entry[1]),
        ),
      ),
    },
    button: title,
    back,
  });
}
