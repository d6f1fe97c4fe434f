import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Users } from '../people/users.js';
import { Navigation } from '../web/navigation.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import { Audience } from '../web/roles.js';
import { setViewer, type Viewer } from '../web/viewer.js';
import { signInPath } from './destination.js';
import { SignInSessions } from './sign-in-sessions.js';

/** Lets those see a page and press its buttons who may, as `@Roles()` says, and tells the handler who looks. */
@Injectable()
export class ViewerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SignInSessions,
    private readonly users: Users,
    private readonly navigation: Navigation,
  ) {}

  /** Somebody who is not signed in is led to the sign-in page, and back. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const audience = this.reflector.getAllAndOverride(Audience, [context.getHandler(), context.getClass()]);
    if (audience === 'anyone') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const viewer = await this.find(request);
    if (viewer && audience?.includes(viewer.role)) {
      setViewer(request, viewer);
      return true;
    }
    if (!viewer && audience)
      return this.leadToSignIn(request, context.switchToHttp().getResponse<Response>());
    if (viewer?.role === 'auditor')
      throw new Refusal(HttpStatus.FORBIDDEN, 'You may look at this, and not change it.');
    throw new Refusal(HttpStatus.FORBIDDEN, 'This page is for administrators.');
  }

  /** What somebody wanted to look at they come back to; a form that was sent is lost. */
  private leadToSignIn(request: Request, response: Response): boolean {
    const page = request.method === 'GET' ? this.navigation.pageAt(request.originalUrl) : undefined;
    const href = signInPath({ page });
    if (request.method !== 'GET')
      throw new Refusal(HttpStatus.FORBIDDEN, 'You are not signed in any more. Sign in first.', {
        ...TO_SIGN_IN,
        href,
      });
    response.redirect(303, href);
    return false;
  }

  /** Null when nobody is signed in in this browser, or their account is disabled. */
  private async find(request: Request): Promise<Viewer | null> {
    const session = await this.sessions.find(request);
    const user = session && (await this.users.find(session.userId));
    if (!session || !user || user.disabledAt !== null) return null;
    const { id, name, email, role } = user;
    return { id, name, email, role, sessionId: session.id };
  }
}
