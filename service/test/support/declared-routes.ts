import { RequestMethod } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Needed } from '../../src/admin-api/needed.js';
import { Audience } from '../../src/web/roles.js';

const reflector = new Reflector();

/** Also those that a controller has from another one. */
function methods(prototype: object): (() => unknown)[] {
  if (prototype === Object.prototype) return [];
  const own = Object.values(Object.getOwnPropertyDescriptors(prototype)).flatMap(({ value }) =>
    typeof value === 'function' ? [value as () => unknown] : [],
  );
  return [...own, ...methods(Object.getPrototypeOf(prototype) as object)];
}

/** Every route that controllers declare, and for whom it is: people of some roles, or tokens with a scope. */
export function declaredRoutes(controllers: readonly (object | null)[]): Record<string, string> {
  const routes = controllers.flatMap((controller) => {
    if (typeof controller !== 'function') return [];
    const prefix = reflector.get<string>('path', controller);
    const handlers = methods(controller.prototype as object);
    return handlers.flatMap((handler): [string, string][] => {
      const verb = reflector.get<RequestMethod | undefined>('method', handler);
      if (verb === undefined) return [];
      const [path = ''] = [reflector.get<string | string[]>('path', handler)].flat();
      const audience = reflector.getAllAndOverride(Audience, [handler, controller as () => unknown]);
      const place = `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
      const scope = reflector.get(Needed, handler) as string | undefined;
      const whom = scope === undefined ? [audience ?? 'nobody'].flat().join(', ') : `token ${scope}`;
      return [[`${RequestMethod[verb]} ${place}`, whom]];
    });
  });
  return Object.fromEntries(routes);
}
