import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Role } from './roles.js';

/** Who looks: the person who is signed in in the browser that a request comes from. */
export interface Viewer {
  id: string;
  /** What the library knows them by. */
  subject: string;
  name: string;
  email: string;
  role: Role;
  /** Of their sign-in session in this browser. */
  sessionId: string;
  /** When they proved who they are in this session; null where nobody knows. */
  provedAt: Date | null;
}

const viewers = new WeakMap<IncomingMessage, Viewer>();

/** For the guard that finds them. */
export function setViewer(request: IncomingMessage, viewer: Viewer): void {
  viewers.set(request, viewer);
}

/** @throws Error on a route that is open to anyone: nobody was looked for. */
export function viewerOf(request: IncomingMessage): Viewer {
  const viewer = viewers.get(request);
  if (!viewer) throw new Error('A route without @Roles() has no viewer.');
  return viewer;
}

/** Gives a handler its viewer. */
export const Viewer = createParamDecorator((_: unknown, context: ExecutionContext) =>
  viewerOf(context.switchToHttp().getRequest<IncomingMessage>()),
);
