import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { AuditTrail } from '../audit/audit-trail.js';
import { PageThrottler } from '../operations/page-throttler.js';
import { Users } from '../people/users.js';
import { type Author, setAuthor } from '../web/author.js';
import { Refusal } from '../web/refusal.js';
import { ROLE_SCOPES } from '../web/roles.js';
import { adminSession, impliedAdminScopes } from './admin-session.js';
import { Needed } from './needed.js';

/**
 * Finds who administers by an access token, behind McpAuthGuard: a person may what their role allows at this very
 * moment, whatever it was when the token was issued.
 */
@Injectable()
export class AuthorGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly users: Users,
    private readonly audit: AuditTrail,
    private readonly throttler: PageThrottler,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const author = await this.find(request);
    this.throttler.recognise(request, author.userId ?? author.clientId ?? '');
    const needed = this.reflector.get(Needed, context.getHandler());
    if (author.scopes.length === 0 || (needed && !author.scopes.includes(needed)))
      throw this.refusal(author, request);
    setAuthor(request, author);
    return true;
  }

  private async find(request: Request): Promise<Author> {
    const { userId: subject, clientId, scopes: granted } = adminSession(request);
    const scopes = impliedAdminScopes(granted);
    if (subject === null) return { userId: null, clientId, scopes };
    const user = await this.users.bySubject(subject);
    const allowed = user && user.disabledAt === null ? ROLE_SCOPES[user.role] : [];
    return {
      userId: user?.id ?? subject,
      clientId,
      scopes: scopes.filter((scope) => allowed.includes(scope)),
    };
  }

  private refusal(author: Author, request: Request): Refusal {
    const reason = 'Your role does not allow this any more.';
    const detail = { route: `${request.method} ${request.path}`, reason };
    if (!this.throttler.isExceeded(request))
      this.audit.record({ action: 'administration', outcome: 'refused', author, detail });
    return new Refusal(HttpStatus.FORBIDDEN, reason);
  }
}
