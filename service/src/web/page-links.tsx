import type { ListPage } from './cursor.js';
import { href } from './href.js';
import type { ListAddress } from './list-address.js';

export interface PageLinksProps {
  page: Pick<ListPage<unknown>, 'previous' | 'next'>;
  address: ListAddress;
  /** How many there are in words, such as `218 people`. */
  count: string;
}

/** How many there are, and the pages before and after. */
export function PageLinks({ page: { previous, next }, address, count }: PageLinksProps) {
  return (
    <div class="pages">
      <p>{count}</p>
      {(previous ?? next) !== null && (
        <nav class="row" aria-label="Pages of the list">
          {previous !== null && (
            <a class="button small" rel="prev" href={href(address.with({ before: previous }))}>
              Previous page
            </a>
          )}
          {next !== null && (
            <a class="button small" rel="next" href={href(address.with({ after: next }))}>
              Next page
            </a>
          )}
        </nav>
      )}
    </div>
  );
}
