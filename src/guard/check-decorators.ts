import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import { isServerScope } from '../oauth/server-scopes.js';
import { PROMPT_SCOPES, REQUIRED_SCOPES, RESOURCE, RESOURCE_SCOPES, TOOL_SCOPES } from './decorators.js';

/** The decorators that name scopes, by the key of what they say. */
const NAMING: Readonly<Record<string, string>> = {
  [REQUIRED_SCOPES]: '@RequireScopes',
  [TOOL_SCOPES]: '@ToolScopes',
  [RESOURCE_SCOPES]: '@ResourceScopes',
  [PROMPT_SCOPES]: '@PromptScopes',
};

const SAID = [...Object.keys(NAMING), RESOURCE];

/**
 * Stops the start when a decorator names a resource that there is not, or a scope that its resource has not.
 * @throws Error with a sentence that says so.
 */
export function checkDecorators(modules: ModulesContainer, resources: ProtectedResources): void {
  const scanner = new MetadataScanner();
  for (const { controllers, providers } of modules.values())
    for (const { metatype } of [...controllers.values(), ...providers.values()]) {
      const prototype = metatype?.prototype as Record<string, object> | undefined;
      if (!prototype) continue;
      const handlers = scanner.getAllMethodNames(prototype).map((name) => prototype[name]);
      for (const target of [metatype, ...handlers]) if (target) check(target, metatype as Type, resources);
    }
}

function check(target: object, controller: Type, resources: ProtectedResources): void {
  // Most methods of an application say nothing.
  if (!SAID.some((key) => Reflect.hasMetadata(key, target))) return;
  checkShapes(target, controller);
  const named = namedScopes(target);
  const identifier: unknown =
    Reflect.getMetadata(RESOURCE, target) ?? Reflect.getMetadata(RESOURCE, controller);
  if (typeof identifier !== 'string' && named.length === 0) return;
  const resource = typeof identifier === 'string' ? resources.find(identifier) : resources.default();
  if (!resource)
    throw new Error(
      `@Resource at ${controller.name} names ${String(identifier)}: add it to the option \`resource\`, or save it first.`,
    );
  const known = Object.keys(resource.scopes);
  for (const [decorator, scope] of named)
    if (!has(resource, scope))
      throw new Error(
        `${decorator} at ${controller.name} names the scope ${scope}, which ${resource.identifier} does not have${known.length > 0 ? `: it has ${known.join(', ')}` : ': list it among `scopes`'}.`,
      );
}

const isNames = (said: unknown) => Array.isArray(said) && said.every((name) => typeof name === 'string');

/** @throws Error with a sentence for a decorator that was given something else than it takes. */
function checkShapes(target: object, controller: Type): void {
  for (const [key, decorator] of Object.entries(NAMING)) {
    const said: unknown = Reflect.getMetadata(key, target);
    if (said === undefined) continue;
    if (key === REQUIRED_SCOPES && !isNames(said))
      throw new Error(`${decorator} at ${controller.name} takes scopes, one after the other, and no list.`);
    if (key !== REQUIRED_SCOPES && !Object.values(said ?? [null]).every(isNames))
      throw new Error(
        `${decorator} at ${controller.name} takes an object with a list of scopes for each name: ${decorator}({ name: ['scope'] }).`,
      );
  }
  if (Reflect.hasMetadata(RESOURCE, target) && typeof Reflect.getMetadata(RESOURCE, target) !== 'string')
    throw new Error(`@Resource at ${controller.name} names nothing: give it the URL of an MCP server.`);
}

/** With the decorator that names them. */
function namedScopes(target: object): [decorator: string, scope: string][] {
  return Object.entries(NAMING).flatMap(([key, decorator]) => {
    const said = Reflect.getMetadata(key, target) as string[] | Record<string, string[]> | undefined;
    const scopes = Array.isArray(said) ? said : Object.values(said ?? {}).flat();
    return scopes.map((scope): [string, string] => [decorator, scope]);
  });
}

function has({ scopes, scopeHierarchy }: ProtectedResource, scope: string): boolean {
  return Object.hasOwn(scopes, scope) || Object.hasOwn(scopeHierarchy, scope) || isServerScope(scope);
}
