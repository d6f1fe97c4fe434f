import { CORS_HEADERS, PREFLIGHT_HEADERS } from '../oauth/cors.js';
import { memoizeLatest } from '../oauth/memoize-latest.js';
import type { ProtectedResources } from '../oauth/protected-resources.js';
import type { ProtectedResource } from '../oauth/resource.js';
import type { HostInterceptor } from './host-mount.js';

/**
 * CORS for the protected resources of this host: a guard sees no OPTIONS, and a preflight carries no token.
 * The host's own answers keep their headers; these are added.
 */
export function resourceCors(resources: ProtectedResources): HostInterceptor {
  const paths = memoizeLatest(
    (all: readonly ProtectedResource[]) => new Set(all.map(({ identifier }) => new URL(identifier).pathname)),
  );
  return (request, response) => {
    const [path = ''] = request.url.split('?', 1);
    if (!paths(resources.all()).has(path) || request.headers.origin === undefined) return false;
    const preflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    for (const [name, value] of Object.entries(preflight ? PREFLIGHT_HEADERS : CORS_HEADERS))
      response.setHeader(name, value);
    if (preflight) response.writeHead(204).end();
    return preflight;
  };
}
