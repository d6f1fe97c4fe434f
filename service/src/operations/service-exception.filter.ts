import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { OAuthError } from 'nestjs-mcp-auth';
import { isDatabaseAway } from 'nestjs-mcp-auth/service-kit';
import { PAGE_HEADERS } from '../web/page-headers.js';
import { noticePage } from '../web/notice.page.js';
import { Problem } from '../web/problem.js';
import { Refusal, TO_START } from '../web/refusal.js';
import { statusSentence } from '../web/status-sentence.js';
import { PROBLEM_TYPE, problemDetails, wantsProblemDetails } from './problem-details.js';
import { requestContext } from './request-context.js';

/** How a body is refused that cannot be read. */
const UNREAD: readonly number[] = [400, 413, 415];

const CODES: Readonly<Record<number, string>> = {
  403: 'access_denied',
  429: 'too_many_requests',
  503: 'temporarily_unavailable',
};

/** Errors as a page for browsers, as problem details for the admin API, and as JSON for everything else; a cause is logged and never sent. */
@Catch()
export class ServiceExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Service');

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    const { status, body } = describe(exception, request);
    if (status === 503) response.set('Retry-After', '1');
    if (status >= 500) this.logger.error('A request failed.', exception);
    response.status(status);
    if (exception instanceof OAuthError || exception instanceof Problem) response.set(exception.headers);
    if (wantsProblemDetails(request))
      return void response.set('Content-Type', PROBLEM_TYPE).json(problemDetails(status, exception));
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
    return noticePage({ title, message: sentence, link: TO_START, requestId, isRefusal: true });
  return noticePage({ title, message: exception.message, link: exception.link, requestId, isRefusal: true });
}

function describe(exception: unknown, request: Request): { status: number; body: object } {
  if (exception instanceof HttpException) {
    const [status, body] = [exception.getStatus(), exception.getResponse()];
    if (exception instanceof Refusal) return { status, body: errorBody(status, exception.message) };
    const isFrameworks = typeof body === 'string' || 'statusCode' in body;
    return { status, body: isFrameworks ? refusedBody(status, request) : body };
  }
  if (exception instanceof Error && 'status' in exception && typeof exception.status === 'number') {
    const { status } = exception;
    if (status < 500) return { status, body: refusedBody(status, request) };
  }
  if (isDatabaseAway(exception)) return { status: 503, body: { error: 'temporarily_unavailable' } };
  return { status: 500, body: { error: 'server_error' } };
}

/** What nobody of ours refused: there is no such address, or a parser could not read the body. */
function refusedBody(status: number, request: Request): object {
  const { title } = statusSentence(status);
  // Clients of an MCP server alone say so (MCP 2025-11-25, Streamable HTTP); JSON-RPC 2.0 §5.1.
  const isMessage = UNREAD.includes(status) && request.get('Accept')?.includes('text/event-stream');
  if (!isMessage) return errorBody(status, `${title}.`);
  return {
    jsonrpc: '2.0',
    error: { code: status === 400 ? -32_700 : -32_600, message: `${title}.` },
    id: null,
  };
}

/** The shape of every error of the endpoints (RFC 6749 §5.2). */
function errorBody(status: number, sentence: string): object {
  const error = CODES[status] ?? (status < 500 ? 'invalid_request' : 'server_error');
  return { error, error_description: sentence };
}
