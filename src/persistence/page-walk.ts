/** Pages that one statement looks at: some thousand rows. */
const PAGES = 64;
/** Statements of a round, at most; as long as there is much to take away, it goes on. */
const MOST_STATEMENTS = 20;
/** Rows that a statement took away, and that are much. */
const MUCH = 100;

/** Pages of a table, as two values of its `ctid`. */
export interface PageRange {
  from: string;
  /** The first one that is no part of it. */
  until: string;
}

export interface WalkedPages {
  /** How many rows went. */
  deleted: number;
  /** How many pages the table has. */
  pages: number;
}

/** What a statement that deletes in a `PageRange` answers: `WalkedPages`, where `deleted` names the rows that went. */
export function walkedPages(table: string): string {
  return `SELECT (SELECT count(*) FROM deleted)::integer AS "deleted",
      (pg_relation_size('${table}'::regclass) / current_setting('block_size')::integer)::integer AS "pages"`;
}

/**
 * Goes through a table as it lies on the disk, from its beginning again after its end: an index on what is over would be
 * written with every row.
 */
export class PageWalk {
  private next = 0;

  /** The pages of one round. */
  async round(look: (range: PageRange) => Promise<WalkedPages | null>): Promise<void> {
    for (let count = 0; count < MOST_STATEMENTS; count += 1) {
      const until = this.next + PAGES;
      const walked = await look({ from: `(${this.next},0)`, until: `(${until},0)` });
      this.next = walked && until < walked.pages ? until : 0;
      if (this.next === 0 || (walked?.deleted ?? 0) < MUCH) return;
    }
  }
}
