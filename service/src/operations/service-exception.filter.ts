import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { OAuthError } from 'nestjs-mcp-auth';
import { isDatabaseAway, PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { noticePage } from '../web/notice.page.js';
import { requestContext } from './request-context.js';

/** Errors as a page for browsers, and as JSON for everything else; a cause is logged and never sent. */
@Catch()
export class ServiceExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Service');

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    const { status, body } = describe(exception);
    if (status === 503) response.set('Retry-After', '1');
    if (status >= 500) this.logger.error('A request failed.', exception);
    response.status(status);
    if (exception instanceof OAuthError) response.set(exception.headers);
    if (typeof body === 'object' && 'jsonrpc' in body) response.json(body);
    else if (request.accepts(['json', 'html']) === 'html') {
      const message =
        status < 500 && exception instanceof Error ? exception.message : 'Try again in a moment.';
      const requestId = status < 500 ? undefined : requestContext()?.requestId;
      response
        .set(PAGE_HEADERS)
        .send(noticePage({ title: TITLES[status] ?? 'Something is wrong', message, requestId }));
    } else response.json(body);
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'This request cannot be understood',
  403: 'This is not allowed',
  404: 'There is nothing here',
  409: 'This does not go together',
  413: 'That request is too large',
  429: 'That was too often',
  503: 'The service is temporarily unavailable',
};

function describe(exception: unknown): { status: number; body: object } {
  if (exception instanceof HttpException) {
    const body = exception.getResponse();
    return { status: exception.getStatus(), body: typeof body === 'object' ? body : { message: body } };
  }
  if (exception instanceof Error && 'status' in exception && typeof exception.status === 'number') {
    const { status } = exception;
    if (status < 500)
      return {
        status,
        body: { jsonrpc: '2.0', error: { code: -32_700, message: 'Parse error.' }, id: null },
      };
  }
  if (isDatabaseAway(exception)) return { status: 503, body: { error: 'temporarily_unavailable' } };
  return { status: 500, body: { error: 'server_error' } };
}
