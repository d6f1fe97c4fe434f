import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Problem } from '../web/problem.js';

/** Refuses a body that nothing reads: what it says would be taken for left out (RFC 9110 §15.5.16). */
@Injectable()
export class JsonBodies implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (hasContent(request) && request.is('application/json') === false)
      throw new Problem(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        'A body must be JSON, with application/json as its Content-Type.',
        {},
        { Accept: 'application/json' },
      );
    return true;
  }
}

/** A length of zero is no content, though Express calls it a body. */
function hasContent({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
