import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { AuditTrail } from '../audit/audit-trail.js';
import { PageThrottler } from '../operations/page-throttler.js';
import { FreshSignIn } from '../web/fresh-sign-in.js';
import { Navigation } from '../web/navigation.js';
import { Refusal, TO_SIGN_IN } from '../web/refusal.js';
import { Audience } from '../web/roles.js';
import { setViewer, type Viewer } from '../web/viewer.js';
import { signInPath } from './destination.js';
import { RecentSignIn } from './recent-sign-in.js';
import { SignInSessions } from './sign-in-sessions.js';
import { href, within } from '../web/href.js';

/** Nest's own key for the path of a route. */
const PATH = 'path';

/** Lets those see a page and press its buttons who may, as `@Roles()` says, and tells the handler who looks. */
@Injectable()
export class ViewerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SignInSessions,
    private readonly recency: RecentSignIn,
    private readonly navigation: Navigation,
    private readonly audit: AuditTrail,
    private readonly throttler: PageThrottler,
  ) {}

  /** Somebody who is not signed in is led to the sign-in page, and back. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const audience = this.reflector.getAllAndOverride(Audience, [context.getHandler(), context.getClass()]);
    if (audience === 'anyone') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const viewer = await this.sessions.viewer(request);
    if (viewer) this.throttler.recognise(request, viewer.id);
    if (viewer && audience?.includes(viewer.role)) {
      setViewer(request, viewer);
      this.requireFresh(viewer, request, context);
      return true;
    }
    const response = context.switchToHttp().getResponse<Response>();
    if (!viewer && audience) return this.leadToSignIn(request, response);
    if (viewer?.role === 'auditor')
      throw this.refusal(viewer, request, 'You may look at this, and not change it.');
    throw this.refusal(viewer, request, 'This page is for administrators. Sign in as one first.');
  }

  private requireFresh(viewer: Viewer, request: Request, context: ExecutionContext): void {
    const fresh = this.reflector.getAllAndOverride(FreshSignIn, [context.getHandler(), context.getClass()]);
    const form = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    if (!fresh || fresh.when?.(form) === false) return;
    const address = within(request.originalUrl);
    const own = this.reflector.get<string>(PATH, context.getHandler());
    const page = fresh.isFormAlone ? address.split('/').slice(0, -own.split('/').length).join('/') : address;
    this.recency.require(viewer, this.navigation.pageAt(page));
  }

  /** What somebody wanted to look at they come back to; a form that was sent is lost. */
  private leadToSignIn(request: Request, response: Response): boolean {
    const page = request.method === 'GET' ? this.navigation.pageAt(within(request.originalUrl)) : undefined;
    const link = { ...TO_SIGN_IN, path: signInPath({ page }) };
    if (request.method !== 'GET')
      throw new Refusal(HttpStatus.FORBIDDEN, 'You are not signed in any more. Sign in first.', link);
    response.redirect(303, href(link.path));
    return false;
  }

  /** What strangers ask for is in the log alone. */
  private refusal(viewer: Viewer | null, request: Request, reason: string): Refusal {
    const route = `${request.method} ${request.path}`;
    if (viewer && !this.throttler.isExceeded(request))
      this.audit.record({
        action: 'administration',
        outcome: 'refused',
        userId: viewer.id,
        detail: { route, reason },
      });
    return new Refusal(HttpStatus.FORBIDDEN, reason);
  }
}
