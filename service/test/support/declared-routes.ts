import { RequestMethod } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Audience } from '../../src/web/roles.js';

const reflector = new Reflector();

/** Every route that controllers declare, and for whom it is. */
export function declaredRoutes(controllers: readonly (object | null)[]): Record<string, string> {
  const routes = controllers.flatMap((controller) => {
    if (typeof controller !== 'function') return [];
    const prefix = reflector.get<string>('path', controller);
    const members = Object.getOwnPropertyDescriptors(controller.prototype as object);
    const handlers = Object.values(members).flatMap(({ value }) =>
      typeof value === 'function' ? [value as () => unknown] : [],
    );
    return handlers.flatMap((handler): [string, string][] => {
      const verb = reflector.get<RequestMethod | undefined>('method', handler);
      if (verb === undefined) return [];
      const [path = ''] = [reflector.get<string | string[]>('path', handler)].flat();
      const audience = reflector.getAllAndOverride(Audience, [handler, controller as () => unknown]);
      const place = `/${prefix}/${path}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
      return [[`${RequestMethod[verb]} ${place}`, [audience ?? 'nobody'].flat().join(', ')]];
    });
  });
  return Object.fromEntries(routes);
}
