import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { InvalidRequestError, OAuthError, RequestTooLargeError, ServerError } from '../oauth/errors.js';
import { answerJson } from './answer-json.js';
import { FailureLog } from './failure-log.js';

const logger = new Logger('McpAuth');
const failures = new FailureLog();

/** For what the framework throws, whose words are not for clients. */
const WORDS: Readonly<Record<number, string>> = {
  404: 'There is nothing here for this request.',
  415: 'The encoding of the body is not supported.',
};

/** Every error of an endpoint as an OAuthError; what is not one is logged with its cause. */
export function asOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) {
    if (error.getStatus() >= 500) failures.note(error);
    return error;
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const status = error.getStatus();
    if (status === 413) return new RequestTooLargeError('The body is too large.');
    return new OAuthError('invalid_request', WORDS[status] ?? 'The request cannot be read.', status);
  }
  if (error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500)
    return error.status === 413
      ? new RequestTooLargeError('The body is too large.')
      : new InvalidRequestError('The body cannot be read.');
  logger.error('An endpoint failed.', error);
  return new ServerError(error);
}

/** Errors as RFC 6749 §5.2 writes them: JSON, never cached. */
@Catch()
export class OAuthExceptionFilter implements ExceptionFilter {
  catch(exception: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const error = asOAuthError(exception);
    if (response.headersSent) return;
    answerJson(response, error.getStatus(), error.getResponse(), error.headers);
  }
}
