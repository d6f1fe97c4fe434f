import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ProvedRequest } from '../verification/dpop-proofs.js';

interface Request {
  headers: IncomingHttpHeaders;
  method?: string;
  url?: string;
  /** Before routers took their prefix off. */
  originalUrl?: string;
  raw?: IncomingMessage;
}

/**
 * A request as its client sees it (RFC 9449 §4.3). The origin is that of the resource, as configured, whatever a proxy
 * makes of it; where a proxy has taken a prefix off the path, the URL is the resource's own.
 * @param resource identifier.
 */
export function provedRequest(request: Request, resource: string): ProvedRequest {
  const { headers, method = '', url = '' } = request.raw ?? request;
  const [path = ''] = (request.originalUrl ?? url).split('?', 1);
  const { origin, pathname } = new URL(resource);
  const isShortened = pathname.endsWith(path.replace(/\/$/, ''));
  const uris = isShortened ? [origin + path, resource] : [origin + path];
  return { headers, method, uris, message: request.raw ?? request };
}
