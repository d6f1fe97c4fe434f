import { type Cursor, type CursorCheck, type ListPage, listPage, PAGE_SIZE } from '../web/cursor.js';
import type { ClientDecision } from './entities/client-decision.entity.js';

const anything = () => true;

/** What a place in the list of decisions can be. */
export const DECISION_CURSOR: readonly CursorCheck[] = [anything, anything];

/** One page of what was decided, the newest first. They are read as a whole, and sorted here. */
export function decisionPage(
  decided: readonly ClientDecision[],
  cursor: Cursor | undefined,
): ListPage<ClientDecision> {
  return listPage(after(decided, cursor), cursor, keyOf);
}

/** By when, the newest first; of the same moment, by what it is about. */
function keyOf({ decidedAt, kind, isClient, userId }: ClientDecision): string[] {
  return [decidedAt.toISOString(), JSON.stringify([kind, isClient, userId])];
}

function after(decided: readonly ClientDecision[], cursor: Cursor | undefined): ClientDecision[] {
  const inOrder = decided.toSorted((one, other) => order(keyOf(one), keyOf(other)));
  if (!cursor) return inOrder.slice(0, PAGE_SIZE + 1);
  const isBackwards = cursor.direction === 'before';
  const beside = inOrder.filter((one) => {
    const place = order(keyOf(one), cursor.key);
    return isBackwards ? place < 0 : place > 0;
  });
  return (isBackwards ? beside.toReversed() : beside).slice(0, PAGE_SIZE + 1);
}

function order(
  [at = '', what = '']: readonly string[],
  [otherAt = '', otherWhat = '']: readonly string[],
): number {
  if (at !== otherAt) return at > otherAt ? -1 : 1;
  return what === otherWhat ? 0 : what < otherWhat ? -1 : 1;
}
