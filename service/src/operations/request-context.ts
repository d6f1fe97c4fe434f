import type { NextFunction, Request, Response } from 'express';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What is known of the request that is being answered. */
export interface RequestContext {
  /** What finds the request in the log; the answer names it as `X-Request-Id`. */
  requestId: string;
  /** Of the client, as the trusted proxies say; null when the connection is gone already. */
  address: string | null;
}

const PLAIN_ID = /^[A-Za-z0-9._-]{1,128}$/;

const storage = new AsyncLocalStorage<RequestContext>();

/** The request that the caller works for; null outside of one. */
export function requestContext(): RequestContext | null {
  return storage.getStore() ?? null;
}

/** Gives every request its id. That of a trusted proxy is taken over when it is plain. */
export function enterRequest(request: Request, response: Response, next: NextFunction): void {
  const given = isFromProxy(request) ? request.get('X-Request-Id') : undefined;
  const requestId = given !== undefined && PLAIN_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', requestId);
  storage.run({ requestId, address: request.ip ?? null }, next);
}

/** Whether a trusted proxy sends this request, by what Express was told of them. */
function isFromProxy({ app, socket }: Request): boolean {
  const isTrusted = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return socket.remoteAddress !== undefined && isTrusted(socket.remoteAddress, 0);
}
