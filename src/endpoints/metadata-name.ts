import type { Type } from '@nestjs/common';
import { controllerPaths } from '../mount/owned-paths.js';

const METADATA_NAME = 'mcp-auth:metadata-name';

/** Token of what the metadata advertises: name → path below the issuer. */
export const ADVERTISED_PATHS = Symbol('mcp-auth:advertised-paths');

/** The name under which the server's metadata advertises a controller (RFC 8414 §2). */
export function MetadataName(name: string): ClassDecorator {
  return (target) => Reflect.defineMetadata(METADATA_NAME, name, target);
}

/** What the metadata advertises, derived from the controllers: name → path. */
export function advertisedPaths(controllers: readonly Type[]): Record<string, string> {
  return Object.fromEntries(
    controllers.flatMap((controller) => {
      const name: unknown = Reflect.getMetadata(METADATA_NAME, controller);
      return typeof name === 'string' ? [[name, controllerPaths(controller)[0] ?? '']] : [];
    }),
  );
}
