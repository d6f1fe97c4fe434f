import type { ListPage } from '../../web/cursor.js';
import { Empty } from '../../web/empty.js';
import { framedPage } from '../../web/framed.page.js';
import { ListAddress } from '../../web/list-address.js';
import { PageLinks } from '../../web/page-links.js';
import { counted } from '../../web/counted.js';
import type { WaitingKind } from '../request-store.js';
import { TO_APPLICATIONS } from '../to-applications.js';
import { WaitingKinds, type WaitingKindsProps } from './waiting-kinds.js';

export interface WaitingPageProps extends Omit<WaitingKindsProps, 'waiting'> {
  page: ListPage<WaitingKind>;
  /** How many there are. */
  count: number;
}

/** Everything that somebody waits for. */
export function waitingPage({ page, count, ...props }: WaitingPageProps): string {
  return framedPage({
    frame: props.frame,
    title: 'Waiting applications',
    back: TO_APPLICATIONS,
    children: (
      <>
        {page.rows.length === 0 ? (
          <Empty sentence="Nobody waits for an application." />
        ) : (
          <WaitingKinds {...props} waiting={page.rows} />
        )}
        <PageLinks
          page={page}
          address={new ListAddress('/admin/access/applications/waiting')}
          count={counted(count, 'kind of applications', 'kinds of applications')}
        />
      </>
    ),
  });
}
