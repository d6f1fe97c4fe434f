import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { AdminScope } from '../config/admin-scopes.js';
import { ROLE_SCOPES } from './roles.js';
import { type Viewer, viewerOf } from './viewer.js';

/**
 * Who makes a change, at whatever door: a person at a page, a person by a client with an access token, or a service
 * account. The services that make it ask what they may, and name them in the audit.
 */
export interface Author {
  /** Id of the person's account; null of a service account. */
  readonly userId: string | null;
  /** `client_id` of whoever holds the access token; null at a page. */
  readonly clientId: string | null;
  /** What they may do, implied scopes included: what the role allows, and at most what the token does. */
  readonly scopes: readonly AdminScope[];
}

const authors = new WeakMap<IncomingMessage, Author>();

/** For the guard that finds who holds a token. */
export function setAuthor(request: IncomingMessage, author: Author): void {
  authors.set(request, author);
}

/** A person who is signed in in the browser that a request comes from. */
export function atPage({ id, role }: Pick<Viewer, 'id' | 'role'>): Author {
  return { userId: id, clientId: null, scopes: ROLE_SCOPES[role] };
}

/** What is kept of who made something: the id of their account, or the service account's `client_id`. */
export function nameOf({ userId, clientId }: Author): string {
  return userId ?? clientId ?? '';
}

/** @throws Error on a route that is open to anyone: nobody was looked for. */
export function authorOf(request: IncomingMessage): Author {
  return authors.get(request) ?? atPage(viewerOf(request));
}

/** Gives a handler who makes the change. */
export const Author = createParamDecorator((_: unknown, context: ExecutionContext) =>
  authorOf(context.switchToHttp().getRequest<IncomingMessage>()),
);
