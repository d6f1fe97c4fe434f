import {
  type ArgumentMetadata,
  type CanActivate,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  ValidationPipe,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { ValidationError } from 'class-validator';
import type { Request } from 'express';
import { Problem } from '../web/problem.js';

interface Fault {
  /** Of the query, or of the body. */
  parameter: string;
  detail: string;
}

/** Reads queries and bodies by their classes, and refuses what they do not know. */
export class KnownParameters extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => refusal(errors.flatMap((error) => faults(error))),
    });
  }

  /** A body that is missing is one without members, and anything but an object is none. */
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body') return super.transform(value, metadata) as Promise<unknown>;
    const body = value ?? {};
    if (typeof body !== 'object' || Array.isArray(body))
      throw refusal([{ parameter: '', detail: 'the body must be a JSON object' }]);
    return super.transform(body, metadata) as Promise<unknown>;
  }
}

/** Refuses queries and bodies where there is nothing to read them. */
@Injectable()
export class NoParameters implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { query, body } = context.switchToHttp().getRequest<Request>();
    const places = [
      [RouteParamtypes.QUERY, query],
      [RouteParamtypes.BODY, body],
    ] as const;
    for (const [kind, sent] of places) {
      const names = typeof sent === 'object' && sent !== null ? Object.keys(sent) : [];
      if (names.length > 0 && !reads(context, kind))
        throw refusal(names.map((parameter) => ({ parameter, detail: 'is not known here' })));
    }
    return true;
  }
}

function reads(context: ExecutionContext, kind: RouteParamtypes): boolean {
  const said = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as
    object | undefined;
  return Object.keys(said ?? {}).some((key) => key.startsWith(`${kind}:`));
}

function refusal(errors: readonly Fault[]): Problem {
  const [first] = errors;
  const sentence = first ? `${first.parameter} ${first.detail}`.trim() : 'The request cannot be understood';
  return new Problem(HttpStatus.BAD_REQUEST, `${sentence}.`, { errors });
}

function faults({ property, constraints, children }: ValidationError, above = ''): Fault[] {
  const parameter = above + property;
  const own = Object.entries(constraints ?? {}).map(([name, message]) => ({
    parameter,
    detail: name === 'whitelistValidation' ? 'is not known here' : message.replace(`${property} `, ''),
  }));
  return [...own, ...(children ?? []).flatMap((child) => faults(child, `${parameter}.`))];
}
