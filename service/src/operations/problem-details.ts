import { STATUS_CODES } from 'node:http';
import type { Request } from 'express';
import { OAuthError } from 'nestjs-mcp-auth';
import { ADMIN_API_PATH } from '../config/admin-servers.js';
import { within } from '../web/href.js';
import { Problem } from '../web/problem.js';
import { Refusal } from '../web/refusal.js';
import { JSON_LIMIT } from './json-limit.js';
import { requestContext } from './request-context.js';

/** RFC 9457 §3. */
export const PROBLEM_TYPE = 'application/problem+json';

/** Whether whoever asks is told so what is wrong: a client of the admin API. */
export function wantsProblemDetails(request: Request): boolean {
  const path = within(request.path);
  return path === ADMIN_API_PATH || path.startsWith(`${ADMIN_API_PATH}/`);
}

/** Of what is refused before any code of the API sees it. */
const OURS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read: its body is no JSON, or its address is broken.',
  404: 'There is nothing at this address.',
};

/** What is wrong, for a program and for whoever wrote it. The words of a framework are not sent. */
export function problemDetails(status: number, exception: unknown): Record<string, unknown> {
  const problem = { title: STATUS_CODES[status], status, requestId: requestContext()?.requestId };
  if (exception instanceof OAuthError)
    return { ...problem, detail: exception.description, error: exception.error };
  if (status === 413)
    return {
      ...problem,
      detail: `A body may have ${(JSON_LIMIT / 1_024).toLocaleString('en')} kB at most: send less at once.`,
    };
  if (!(exception instanceof Refusal)) return { ...problem, detail: OURS[status] };
  const members = exception instanceof Problem ? exception.members : {};
  return { ...problem, detail: exception.message, ...members };
}
