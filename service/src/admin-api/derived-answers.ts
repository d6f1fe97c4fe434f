import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problemAnswer } from './problem-answer.js';

type Operation = Exclude<OpenAPIObject['paths'][string]['get'], undefined>;

/** Answers that follow from what an operation takes: nobody says them a second time. */
export function withDerivedAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const [path, methods] of Object.entries(document.paths))
    for (const operation of Object.values(methods) as Operation[]) {
      if (path.includes('{')) add(operation, problemAnswer(404, 'There is none of this id.'));
      if (operation.requestBody) add(operation, problemAnswer(413, 'The body is too large.'));
      for (const [status, answer] of Object.entries(operation.responses))
        if (answer && 'description' in answer && answer.description === '')
          answer.description = STATUS_CODES[status] ?? '';
    }
  return document;
}

function add(operation: Operation, { status, ...answer }: ReturnType<typeof problemAnswer>): void {
  operation.responses[status] ??= answer;
}
