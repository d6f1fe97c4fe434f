import type { HostRoute } from './host-routes.js';

interface GuardedRoute {
  name: string;
  path: string;
  method: string;
  resource: string;
}

/**
 * Warnings for guarded handlers that stand on another path than their resource names, as under a global prefix:
 * a client compares the URL that it calls with the resource's metadata, and gives up (RFC 9728 §3.3).
 */
export function misplacedRoutes(routes: readonly HostRoute[], guarded: readonly GuardedRoute[]): string[] {
  return guarded.flatMap(({ name, path, method, resource }) => {
    const { origin, pathname } = new URL(resource);
    const places = routes
      .filter((route) => path !== '' && route.handles(method) && route.path.endsWith(path))
      .map((route) => route.path);
    const [place] = places;
    if (place === undefined || places.some((each) => isAtOrBelow(each, pathname))) return [];
    return [
      `${name} is at ${place}, and the resource that it protects is ${resource}: name ${origin}${place} in \`resource\` or @Resource, or move the route.`,
    ];
  });
}

function isAtOrBelow(path: string, resource: string): boolean {
  const base = resource.replace(/\/$/, '');
  return path === base || path.startsWith(`${base}/`);
}
