import type { Type } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { CORS_HEADERS, PREFLIGHT_HEADERS } from '../oauth/cors.js';
import { OwnedPaths } from './owned-paths.js';

const CROSS_ORIGIN = 'mcp-auth:cross-origin';

/** Opens a controller to scripts of every origin. Never for pages (RFC 9700 §2.6). */
export function CrossOrigin(): ClassDecorator {
  return (target) => Reflect.defineMetadata(CROSS_ORIGIN, true, target);
}

/** The paths of those controllers that are open to every origin. */
export function crossOriginPaths(basePath: string, controllers: readonly Type[]): OwnedPaths {
  return new OwnedPaths(
    basePath,
    controllers.filter((controller) => Reflect.getMetadata(CROSS_ORIGIN, controller) === true),
  );
}

/** CORS for the controllers that are marked with `@CrossOrigin()`, preflight included. */
export function crossOrigin(controllers: readonly Type[]) {
  const paths = crossOriginPaths('', controllers);
  return (request: Request, response: Response, next: NextFunction): void => {
    if (paths.inside(request.url) === null) return next();
    if (request.method === 'OPTIONS') {
      response.set(PREFLIGHT_HEADERS).status(204).end();
      return;
    }
    response.set(CORS_HEADERS);
    next();
  };
}
