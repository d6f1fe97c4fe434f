import { errorCode, errorMessage, errorsOf } from './error-code.js';

/**
 * SQLSTATE classes and codes that mean "not now": connection (08), resources (53), shutdown (57P), a statement or a
 * lock that took too long (57014, 55P03), a transaction that another stood in the way of (40) or that said nothing
 * for too long (25P03).
 */
const AWAY_STATE = /^(08|53|57P|57014|55P03|40|25P03)/;
const AWAY_CODE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
/** `already released`: the connection ended between two statements of a transaction, and TypeORM has let go of it. */
const AWAY_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|connection ended|not queryable|pool after calling end|already released/i;

/** Whether an error of the driver, or of TypeORM on top of it, says that the database cannot be reached now. */
export function isDatabaseAway(error: unknown): boolean {
  const code = errorCode(error);
  if (AWAY_STATE.test(code) || AWAY_CODE.has(code) || AWAY_MESSAGE.test(errorMessage(error))) return true;
  return errorsOf(error).some(isDatabaseAway);
}
