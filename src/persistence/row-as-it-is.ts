/**
 * Whether a row that a statement sees is as it is now, and not only as it was when the statement began. Whoever changes,
 * deletes or locks a row leaves the number of their transaction at it (`xmax`): where that was over before the statement
 * began, and the row is seen all the same, it did none but the last of these.
 *
 * Several who hold a row at once leave a number of another kind, which may stand for a change of one of them. Such
 * numbers are counted by themselves, and one that may be among those in use counts as no answer: the row is locked.
 * @param row the name of the table in the statement.
 */
export function isAsItIs(row: string): string {
  return `(${row}."xmax" = '0'::xid OR (mxid_age(${row}."xmax") <= 0
    AND age(${row}."xmax") > age(pg_snapshot_xmin(pg_current_snapshot())::xid)))`;
}
