import type { ServerResponse } from 'node:http';
import { CORS_HEADERS } from '../oauth/cors.js';
import { OAuthError } from '../oauth/errors.js';

/** 405 with the methods that there are (RFC 9110 §15.5.6). */
export function answerNotAllowed(
  response: ServerResponse,
  methods: readonly string[],
  isCrossOrigin: boolean,
): void {
  const error = new OAuthError('invalid_request', `This endpoint takes ${methods.join(', ')}.`, 405);
  response.writeHead(error.getStatus(), {
    ...(isCrossOrigin && CORS_HEADERS),
    Allow: methods.join(', '),
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify(error.getResponse()));
}
