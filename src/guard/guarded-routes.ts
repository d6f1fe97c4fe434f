import { RequestMethod, type Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import { PUBLIC, RESOURCE } from './decorators.js';
import { McpAuthGuard } from './mcp-auth.guard.js';

/** Nest's own keys. */
const GUARDS = '__guards__';
const PATH = 'path';
const METHOD = 'method';

/** A handler that the guard protects by `@UseGuards`. */
export interface GuardedRoute {
  /** `NotesController.call`. */
  name: string;
  /** As its decorators say, without what the application puts in front: `/mcp`. */
  path: string;
  /** `POST`. */
  method: string;
  /** Identifier of its resource. */
  resource: string;
}

/** The handlers of HTTP requests that ask for the guard by name. */
export function guardedRoutes(modules: ModulesContainer, resources: ProtectedResources): GuardedRoute[] {
  const scanner = new MetadataScanner();
  return [...modules.values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, object>;
      return scanner
        .getAllMethodNames(prototype)
        .flatMap((name) => routesOf(metatype as Type, name, prototype[name] ?? {}, resources));
    });
}

function routesOf(
  controller: Type,
  name: string,
  handler: object,
  resources: ProtectedResources,
): GuardedRoute[] {
  const method = Reflect.getMetadata(METHOD, handler) as RequestMethod | undefined;
  const targets = [handler, controller];
  if (method === undefined || !targets.some(asksForGuard)) return [];
  if (targets.some((target) => Reflect.getMetadata(PUBLIC, target) === true)) return [];
  const [identifier] = targets.flatMap(
    (target) => (Reflect.getMetadata(RESOURCE, target) as string | undefined) ?? [],
  );
  return [Reflect.getMetadata(PATH, controller) as string | string[]].flat().map((path) => ({
    name: `${controller.name}.${name}`,
    path: joined(path, Reflect.getMetadata(PATH, handler)),
    method: method === RequestMethod.ALL ? 'POST' : (RequestMethod[method] ?? ''),
    resource: identifier ?? resources.default().identifier,
  }));
}

function asksForGuard(target: object): boolean {
  const guards = (Reflect.getMetadata(GUARDS, target) ?? []) as unknown[];
  return guards.some(
    (guard) =>
      guard instanceof McpAuthGuard ||
      guard === McpAuthGuard ||
      (guard as Type).prototype instanceof McpAuthGuard,
  );
}

function joined(...parts: unknown[]): string {
  const segments = parts
    .flat()
    .flatMap((part) => (typeof part === 'string' ? part : '').split('/').filter(Boolean));
  return segments.map((segment) => `/${segment}`).join('');
}
