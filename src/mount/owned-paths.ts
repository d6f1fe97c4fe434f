import { RequestMethod, type Type } from '@nestjs/common';

/** Nest's own key for a controller's or handler's path. */
const PATH = 'path';
const METHOD = 'method';
const WELL_KNOWN = '.well-known/';

/** Paths of a controller, without slashes around them. */
export function controllerPaths(controller: Type): string[] {
  return [Reflect.getMetadata(PATH, controller) as string | string[]].flat();
}

function handlesBelow(controller: Type): boolean {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).some((name) => {
    // Where the controller's own path stands.
    if (name === 'constructor') return false;
    const handler = prototype[name];
    const path: unknown = typeof handler === 'function' ? Reflect.getMetadata(PATH, handler) : undefined;
    return [path].flat().some((each) => typeof each === 'string' && each !== '/');
  });
}

/** The methods of a controller's handlers; HEAD comes with GET. */
function handledMethods(controller: Type): string[] {
  const prototype = controller.prototype as Record<string, unknown>;
  const methods = Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method: unknown = typeof handler === 'function' ? Reflect.getMetadata(METHOD, handler) : undefined;
    return typeof method === 'number' ? [RequestMethod[method]] : [];
  });
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

/** Which of a host's paths belong to a set of controllers that are mounted under a base path. */
export class OwnedPaths {
  private readonly exact = new Map<string, readonly string[]>();
  private readonly below = new Map<string, readonly string[]>();

  /**
   * @param basePath `/auth`, or empty for the root.
   * @throws Error when two controllers have one path.
   */
  constructor(
    private readonly basePath: string,
    controllers: readonly Type[],
  ) {
    for (const controller of controllers)
      for (const path of controllerPaths(controller)) {
        const [paths, place] = handlesBelow(controller)
          ? [this.below, `/${path}/`]
          : [this.exact, `/${path}`];
        if (paths.has(place)) throw new Error(`Two endpoints have the path ${path}.`);
        paths.set(place, handledMethods(controller));
      }
  }

  /**
   * The URL under which the controllers know a request; null when it is not theirs. The base path is taken off;
   * well-known documents stand at the host's root too (RFC 8414 §3.1).
   */
  inside(url: string): string | null {
    const [path = ''] = url.split('?', 1);
    if (path.startsWith(`/${WELL_KNOWN}`)) return this.owns(path) ? url : null;
    if (!path.startsWith(`${this.basePath}/`)) return null;
    return this.owns(path.slice(this.basePath.length)) ? url.slice(this.basePath.length) : null;
  }

  /** The methods that are served at a URL as the controllers know it. */
  methods(url: string): readonly string[] {
    const [sent = ''] = url.split('?', 1);
    // Express takes a slash at the end for none.
    const path = sent.replace(/\/$/, '');
    const exact = this.exact.get(path);
    if (exact) return exact;
    for (const [prefix, methods] of this.below) if (`${path}/`.startsWith(prefix)) return methods;
    return [];
  }

  /** The paths of the controllers as a host knows them. */
  paths(): string[] {
    const prefixes = [...this.below.keys()].map((prefix) => prefix.slice(0, -1));
    return [...new Set([...this.exact.keys(), ...prefixes])].flatMap((path) => {
      const below = this.basePath + path;
      return path.startsWith(`/${WELL_KNOWN}`) && below !== path ? [path, below] : [below];
    });
  }

  /** The methods that are served at a path as a host knows it. */
  methodsAt(path: string): readonly string[] {
    const inside = this.inside(path);
    return inside === null ? [] : this.methods(inside);
  }

  private owns(path: string): boolean {
    return this.methods(path).length > 0;
  }
}
