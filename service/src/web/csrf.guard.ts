import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Csrf } from './csrf.js';

/** Refuses a form that was not shown in this browser, before anything else looks at it. */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(private readonly csrf: Csrf) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const body: unknown = request.body;
    const presented = typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : undefined;
    this.csrf.check(request, presented);
    return true;
  }
}
