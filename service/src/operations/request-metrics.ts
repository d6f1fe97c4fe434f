import type { NextFunction, Request, Response } from 'express';
import type { ServiceMetrics } from './service-metrics.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** The last part of a URN says enough. */
const URN = 'urn:ietf:params:oauth:grant-type:';
const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'device_code',
  'jwt-bearer',
  'token-exchange',
];
const TOKEN_ROUTE = '/token';
/** What a device hears while its person has not answered (RFC 8628 §3.5). */
const WAITING = new Set<unknown>(['authorization_pending', 'slow_down']);
/** Bytes of a form that are looked at. */
const FORM_LIMIT = 65_536;

/** Middleware that counts every request by the pattern of its route, and never by its path. */
export function measureRequests(metrics: ServiceMetrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begun = process.hrtime.bigint();
    const error = request.method === 'POST' && request.path.endsWith(TOKEN_ROUTE) ? errorOf(response) : null;
    response.once('finish', () => {
      const route = routeOf(request);
      const method = METHODS.has(request.method) ? request.method : 'other';
      const status = `${Math.floor(response.statusCode / 100)}xx`;
      metrics.requestAnswered({ route, method, status }, Number(process.hrtime.bigint() - begun) / 1e9);
      if (route === TOKEN_ROUTE && method === 'POST')
        metrics.tokenAnswered(grantTypeOf(request), outcomeOf(response.statusCode, error?.()));
    });
    next();
  };
}

function routeOf(request: Request): string {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'other';
}

function grantTypeOf({ body }: Request): string {
  if (!Buffer.isBuffer(body) || body.length > FORM_LIMIT) return 'other';
  const named = new URLSearchParams(body.toString('latin1')).get('grant_type')?.replace(URN, '');
  return GRANT_TYPES.find((grantType) => grantType === named) ?? 'other';
}

/** The error of the answer, once it is there: it is written as a whole. */
function errorOf(response: Response): () => unknown {
  let sent: unknown;
  const end = response.end.bind(response) as (...given: unknown[]) => Response;
  response.end = (...given: unknown[]) => {
    [sent] = given;
    return end(...given);
  };
  return () => {
    if (response.statusCode !== 400 || typeof sent !== 'string') return undefined;
    const { error } = JSON.parse(sent) as { error?: unknown };
    return error;
  };
}

function outcomeOf(status: number, error: unknown): string {
  if (status === 200) return 'issued';
  if (WAITING.has(error)) return 'waiting';
  if (status === 401) return 'unknown_client';
  if (status === 429) return 'rate_limited';
  return status < 500 ? 'refused' : 'failed';
}
