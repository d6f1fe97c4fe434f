import { RequestMethod } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Needed } from '../../src/admin-api/needed.js';
import { FreshSignIn, type FreshSignInOptions } from '../../src/web/fresh-sign-in.js';
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

interface DeclaredRoute {
  /** Verb and path. */
  route: string;
  handler: () => unknown;
  controller: () => unknown;
}

function routesOf(controllers: readonly (object | null)[]): DeclaredRoute[] {
  return controllers.flatMap((controller) => {
    if (typeof controller !== 'function') return [];
    const prefix = reflector.get<string>('path', controller);
    return methods(controller.prototype as object).flatMap((handler): DeclaredRoute[] => {
      const verb = reflector.get<RequestMethod | undefined>('method', handler);
      if (verb === undefined) return [];
      const [path = ''] = [reflector.get<string | string[]>('path', handler)].flat();
      const place = `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
      return [{ route: `${RequestMethod[verb]} ${place}`, handler, controller: controller as () => unknown }];
    });
  });
}

/** Every route that controllers declare, and for whom it is: people of some roles, or tokens with a scope. */
export function declaredRoutes(controllers: readonly (object | null)[]): Record<string, string> {
  const routes = routesOf(controllers).map(({ route, handler, controller }) => {
    const audience = reflector.getAllAndOverride(Audience, [handler, controller]);
    const scope = reflector.get(Needed, handler) as string | undefined;
    return [route, scope === undefined ? [audience ?? 'nobody'].flat().join(', ') : `token ${scope}`];
  });
  return Object.fromEntries(routes) as Record<string, string>;
}

/** Those that want a sign-in of the last ten minutes, and when. */
export function freshRoutes(controllers: readonly (object | null)[]): Map<string, FreshSignInOptions> {
  return new Map(
    routesOf(controllers).flatMap(({ route, handler, controller }) => {
      const fresh = reflector.getAllAndOverride(FreshSignIn, [handler, controller]) as
        FreshSignInOptions | undefined;
      return fresh ? [[route, fresh] as const] : [];
    }),
  );
}
