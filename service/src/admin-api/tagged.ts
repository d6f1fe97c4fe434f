import { applyDecorators, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { PROBLEM_TYPE } from '../operations/problem-details.js';

const refused = (status: number, description: string) =>
  ApiResponse({
    status,
    description,
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  });

/** What an answer with an ETag has besides. */
export const ETAG = { ETag: { description: 'For If-Match.', schema: { type: 'string' } } } as const;

/** The answer has the ETag of what it shows. */
export const Tagged = (type: Type) => ApiOkResponse({ type, headers: ETAG });

/** There may be none of this id. */
export const Missing = (what: string) => refused(404, `There is no such ${what}.`);

/** It may not go with how things are. */
export const Conflicts = (description = 'It does not go with how things are: `detail` says why.') =>
  refused(409, description);

/** The change wants the ETag of what its author has seen. */
export const ChangesWhatWasSeen = () =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of what you have seen.' }),
    Conflicts(),
    refused(412, 'Somebody else was there first: `current` is how it is now.'),
    refused(428, 'If-Match is missing.'),
  );
