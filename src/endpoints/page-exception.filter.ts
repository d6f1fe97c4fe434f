import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { errorPage } from '../interaction/pages/error.page.js';
import { PAGE_HEADERS } from '../interaction/pages/render-page.js';
import { answerPage } from './answer-page.js';
import { asOAuthError } from './oauth-exception.filter.js';

/** Errors as a page for the person in front of the browser: where no redirect can be trusted. */
@Catch()
export class PageExceptionFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const error = asOAuthError(exception);
    if (response.headersSent) return;
    const page = errorPage({
      title: 'This request cannot go on',
      message: error.description,
      detail: error.error,
      requestId: error.getStatus() >= 500 ? requestId(response) : undefined,
    });
    answerPage(response, error.getStatus(), page, { ...error.headers, ...PAGE_HEADERS });
  }
}

/** Where the host names its requests by the header that is customary. */
function requestId(response: ServerResponse): string | undefined {
  const id = response.getHeader('X-Request-Id');
  return typeof id === 'string' ? id : undefined;
}
