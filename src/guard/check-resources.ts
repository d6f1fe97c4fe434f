import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import { RESOURCE } from './decorators.js';

/** Stops the start when a `@Resource` names a resource that there is not. @throws Error with a sentence that says so. */
export function checkResources(modules: ModulesContainer, resources: ProtectedResources): void {
  const scanner = new MetadataScanner();
  for (const { controllers } of modules.values())
    for (const { metatype } of controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Record<string, object>;
      const handlers = scanner.getAllMethodNames(prototype).map((name) => prototype[name]);
      for (const target of [metatype, ...handlers]) {
        const identifier: unknown = target && Reflect.getMetadata(RESOURCE, target);
        if (typeof identifier === 'string' && !resources.find(identifier))
          throw new Error(
            `@Resource at ${metatype.name} names ${identifier}: add it to the option \`resource\`, or save it first.`,
          );
      }
    }
}
