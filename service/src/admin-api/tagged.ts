import { applyDecorators, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { PROBLEM_TYPE } from '../operations/problem-details.js';

const refused = (status: number, description: string) =>
  ApiResponse({
    status,
    description,
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  });

/** The answer has the ETag of what it shows. */
export const Tagged = (type: Type) =>
  ApiOkResponse({ type, headers: { ETag: { description: 'For If-Match.', schema: { type: 'string' } } } });

/** The change wants the ETag of what its author has seen. */
export const ChangesWhatWasSeen = () =>
  applyDecorators(
    ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of what you have seen.' }),
    refused(409, 'It does not go with how things are: `detail` says why.'),
    refused(412, 'Somebody else was there first: `current` is how it is now.'),
    refused(428, 'If-Match is missing.'),
  );
