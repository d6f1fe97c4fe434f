import { applyDecorators, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { problemAnswer, TAG } from './problem-answer.js';

const refused = (...answer: Parameters<typeof problemAnswer>) => ApiResponse(problemAnswer(...answer));

/** It may not go with how things are. */
export const Conflicts = (description = 'It does not go with how things are: `detail` says why.') =>
  refused(409, description);

/** More would end than were named. */
export const MoreThanSeen = () =>
  refused(409, 'They are more by now than were counted: `connections` says how many. Nothing was ended.');

/** The answer has the ETag of what it shows. */
export const Tagged = (type: Type) => ApiOkResponse({ type, headers: { ...TAG } });

/** The change wants the ETag of what its author has seen. */
export const ChangesWhatWasSeen = () =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of what you have seen.' }),
    Conflicts(),
    refused(412, 'Somebody else was there first: `current` is how it is now.', TAG),
    refused(428, 'If-Match is missing.'),
  );
