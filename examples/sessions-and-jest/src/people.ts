import { Injectable } from '@nestjs/common';
import type { SessionData } from 'express-session';
import { AccountDirectory, throughMiddleware } from 'nestjs-mcp-auth';
import type { IncomingMessage } from 'node:http';
import { sessions } from './sessions';

@Injectable()
export class People extends AccountDirectory {
  // Look it up among your people.
  async find(id: string) {
    return { id, name: id };
  }

  /** Who is signed in in this browser. It is asked ahead of the middleware of the application. */
  override async current(request: IncomingMessage) {
    const { session } = await throughMiddleware<{ session: Partial<SessionData> }>(request, sessions);
    const { accountId, authenticatedAt = 0 } = session;
    return accountId === undefined ? null : { accountId, authenticatedAt: new Date(authenticatedAt) };
  }
}
