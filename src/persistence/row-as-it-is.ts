/**
 * Whether a row that a statement sees is as it is now, and not only as it was when the statement began. Whoever changes,
 * deletes or locks a row leaves the number of their transaction at it (`xmax`): where that was over before the statement
 * began, and the row is seen all the same, it did none but the last of these.
 *
 * Several who hold a row at once leave a number of another kind. It may be taken for either, since it never means that
 * somebody changes the row: who changes one holds it alone, as long as no foreign key leads to its table, whose checks
 * would hold it meanwhile.
 * @param row the name of the table in the statement.
 */
export function isAsItIs(row: string): string {
  return `age(${row}."xmax") > age(pg_snapshot_xmin(pg_current_snapshot())::xid)`;
}
