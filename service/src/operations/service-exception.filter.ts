import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { OAuthError } from 'nestjs-mcp-auth';
import { isDatabaseAway, PAGE_HEADERS } from 'nestjs-mcp-auth/service-kit';
import { noticePage } from '../web/notice.page.js';
import { Refusal, TO_START } from '../web/refusal.js';
import { statusSentence } from '../web/status-sentence.js';
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
    if (request.accepts(['json', 'html']) === 'html')
      response.set(PAGE_HEADERS).send(errorNotice(status, exception));
    else response.json(body);
  }
}

/** The words of a refusal are for people; those of a framework, a validator or a protocol are not. */
function errorNotice(status: number, exception: unknown): string {
  const { title, sentence } = statusSentence(status);
  const requestId = status < 500 ? undefined : requestContext()?.requestId;
  if (!(exception instanceof Refusal))
    return noticePage({ title, message: sentence, link: TO_START, requestId });
  return noticePage({ title, message: exception.message, link: exception.link, requestId });
}

function describe(exception: unknown): { status: number; body: object } {
  if (exception instanceof HttpException) {
    const [status, body] = [exception.getStatus(), exception.getResponse()];
    if (exception instanceof Refusal) return { status, body: { message: exception.message } };
    const isFrameworks = typeof body === 'string' || 'statusCode' in body;
    return { status, body: isFrameworks ? { message: statusSentence(status).sentence } : body };
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
