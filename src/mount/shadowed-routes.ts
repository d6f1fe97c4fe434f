import type { HostRoute } from './host-routes.js';
import type { OwnedPaths } from './owned-paths.js';

/**
 * The routes of a host of which endpoints take some requests: warnings, for those that have other methods or paths left.
 * @throws Error with one sentence for a route to which no request would come any more.
 */
export function shadowedRoutes(routes: readonly HostRoute[], owned: OwnedPaths): string[] {
  return routes.flatMap((route) => {
    const paths = route.isLiteral ? [route.path] : owned.paths().filter((path) => route.matches(path));
    const lost = paths.flatMap((path) => {
      const methods = owned.methodsAt(path).filter((method) => route.handles(method));
      if (methods.length === 0) return [];
      if (route.isLiteral && !route.takesAll)
        throw new Error(
          `${methods[0]} ${path} is a route of this application and an endpoint of the authorization server: move the route, or give the issuer a path of its own, below which its endpoints are then.`,
        );
      // What takes whatever is left, such as the pages of a single-page application, misses nothing.
      if (!route.takesAll && !route.path.includes(':')) return [];
      return [`${methods.join(', ')} ${path}`];
    });
    if (lost.length === 0) return [];
    const ending = lost.length === 1 ? 'which is an endpoint' : 'which are endpoints';
    return [
      `The route ${route.path} of this application does not get ${lost.join('; ')}, ${ending} of the authorization server.`,
    ];
  });
}
