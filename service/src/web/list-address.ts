/** Of these, the ones that are not `undefined` or empty are in the address of a list. */
export type ListFilters = Readonly<Record<string, string | undefined>>;

/** The address of a list with its filters and its order: every link of the page is made from it. */
export class ListAddress {
  constructor(
    /** Within the service. */
    readonly path: string,
    readonly filters: ListFilters = {},
  ) {}

  /** With some of it changed, on the first page unless a cursor is among the changes. */
  with(changes: ListFilters): string {
    const all = Object.entries({ ...this.filters, ...changes });
    const query = new URLSearchParams(all.filter((entry): entry is [string, string] => Boolean(entry[1])));
    return query.size === 0 ? this.path : `${this.path}?${query.toString()}`;
  }
}
