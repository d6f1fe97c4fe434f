import {
  type CallHandler,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';

/** Where `@HttpCode` notes what it says. */
const EXPLICIT = '__httpCode__';
const CREATED: number = HttpStatus.CREATED;

/**
 * Answers a form with 200. NestJS answers every POST with 201 that says nothing else, which means that something has a
 * URL of its own now (RFC 9110 §15.3.2): a page has none.
 */
@Injectable()
export class PageStatusInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const isExplicit = this.reflector.get<number | undefined>(EXPLICIT, context.getHandler()) !== undefined;
    const response = context.switchToHttp().getResponse<Response>();
    if (!isExplicit && response.statusCode === CREATED) response.status(HttpStatus.OK);
    return next.handle();
  }
}
