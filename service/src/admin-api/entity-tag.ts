import { HttpStatus } from '@nestjs/common';
import { entityTag } from '../web/entity-tag.js';
import { Problem } from '../web/problem.js';

export { entityTag };

/** An entity tag, or several, or any (RFC 9110 §13.1.1); a weak one never matches. */
const TAGS = /^\s*(\*|(W\/)?"[\x21\x23-\x7E]*"(\s*,\s*(W\/)?"[\x21\x23-\x7E]*")*)\s*$/;

/** The same where nothing but what was seen will do, so that `*` is no answer. @throws Problem 400 for it. */
export function exactExpectation<Row>(
  ifMatch: string | undefined,
  describe: (row: Row) => object,
): (row: Row) => void {
  if (ifMatch?.trim() !== '*') return expectation(ifMatch, describe);
  throw new Problem(
    HttpStatus.BAD_REQUEST,
    'If-Match must be the ETag of what you have seen: who decides about an application must have seen it.',
    {},
  );
}

/**
 * What a change expects of what it changes, so that of two at once the second one looks first.
 * @param ifMatch as it was sent.
 * @throws Problem 428 without one (RFC 6585 §3), and 400 for one that is none.
 */
export function expectation<Row>(
  ifMatch: string | undefined,
  describe: (row: Row) => object,
): (row: Row) => void {
  if (ifMatch === undefined)
    throw new Problem(
      HttpStatus.PRECONDITION_REQUIRED,
      'Send If-Match with the ETag of what you have seen, so that no change of somebody else is lost.',
      {},
    );
  if (!TAGS.test(ifMatch))
    throw new Problem(HttpStatus.BAD_REQUEST, 'If-Match must be the ETag of what you have seen.', {});
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return (row) => {
    const current = describe(row);
    const tag = entityTag(current);
    if (tags.includes('*') || tags.includes(tag)) return;
    throw new Problem(
      HttpStatus.PRECONDITION_FAILED,
      'Somebody has changed this since you looked: `current` is how it is now. Nothing was changed.',
      { current },
      { ETag: tag },
    );
  };
}
