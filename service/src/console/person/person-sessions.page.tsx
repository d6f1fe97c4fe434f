import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Sessions } from '../../account/pages/sessions.js';
import type { Session } from '../../people/entities/session.entity.js';
import type { User } from '../../people/entities/user.entity.js';
import { TO_PEOPLE } from '../../people/to-people.js';
import { counted } from '../../web/counted.js';
import type { ListPage } from '../../web/cursor.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import type { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';

export interface PersonSessionsPageProps {
  frame: Frame;
  user: User;
  address: ListAddress;
  page: ListPage<Session>;
  /** How many there are on all pages. */
  count: number;
}

/** Where somebody is signed in, as far as their own page has no room for it. */
export function personSessionsPage({ frame, user, address, page, count }: PersonSessionsPageProps): string {
  return framedPage({
    frame,
    title: `Where ${displayText(user.name) || displayText(user.email)} is signed in`,
    back: { path: `${TO_PEOPLE.path}/${user.id}`, text: 'Back to the person' },
    children: (
      <>
        <Sessions sessions={page.rows} csrf={frame.csrf} />
        <PageLinks page={page} address={address} count={counted(count, 'session')} />
      </>
    ),
  });
}
