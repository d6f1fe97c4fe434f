import type { ComponentChildren } from 'preact';
import { href } from './href.js';
import type { ListAddress } from './list-address.js';

export interface FiltersProps {
  /** Of the list; its order stays. */
  address: ListAddress;
  /** `Field` and `Choice`, of which a name is a filter. */
  children: ComponentChildren;
}

/** Narrows a list, by its address. */
export function Filters({ address: { path, filters }, children }: FiltersProps) {
  const { sort, ...narrowing } = filters;
  return (
    <form method="get" action={href(path)} role="search" class="filters">
      {sort !== undefined && <input type="hidden" name="sort" value={sort} />}
      <div>{children}</div>
      <div class="row">
        <button type="submit" class="quiet">
          Filter
        </button>
        {Object.values(narrowing).some(Boolean) && <a href={href(path)}>Show all</a>}
      </div>
    </form>
  );
}
