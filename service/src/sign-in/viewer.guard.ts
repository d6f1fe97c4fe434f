import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { AuditTrail } from '../audit/audit-trail.js';
import { Audience } from '../web/roles.js';
import { setViewer, type Viewer } from '../web/viewer.js';
import { SignInSessions } from './sign-in-sessions.js';

/** Lets those see a page and press its buttons who may, as `@Roles()` says, and tells the handler who looks. */
@Injectable()
export class ViewerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SignInSessions,
    private readonly audit: AuditTrail,
  ) {}

  /** Somebody who is not signed in, and would look at a page of their own, is led to the sign-in page. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const audience = this.reflector.getAllAndOverride(Audience, [context.getHandler(), context.getClass()]);
    if (audience === 'anyone') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const viewer = await this.find(request);
    if (viewer && audience?.includes(viewer.role)) {
      setViewer(request, viewer);
      return true;
    }
    if (viewer?.role === 'auditor')
      throw this.refusal(viewer, request, 'You may look at this, and not change it.');
    if (!audience?.includes('member'))
      throw this.refusal(viewer, request, 'This page is for administrators. Sign in as one first.');
    if (request.method === 'POST')
      throw new ForbiddenException('You are not signed in any more. Sign in first.');
    context.switchToHttp().getResponse<Response>().redirect(303, '/sign-in');
    return false;
  }

  /** What strangers ask for is in the log alone. */
  private refusal(viewer: Viewer | null, request: Request, reason: string): ForbiddenException {
    const route = `${request.method} ${request.path}`;
    if (viewer)
      this.audit.record({
        action: 'administration',
        outcome: 'refused',
        userId: viewer.id,
        detail: { route, reason },
      });
    return new ForbiddenException(reason);
  }

  /** Null when nobody is signed in in this browser, or their account is disabled. */
  private async find(request: Request): Promise<Viewer | null> {
    const session = await this.sessions.find(request);
    if (!session || session.user.disabledAt !== null) return null;
    const { id, subject, name, email, role } = session.user;
    const { id: sessionId, authenticatedAt } = session;
    return { id, subject, name, email, role, sessionId, authenticatedAt };
  }
}
