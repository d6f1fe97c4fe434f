import { Logger, type Type } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORS_HEADERS } from '../oauth/cors.js';
import { crossOriginPaths } from './cross-origin.js';
import { directPaths } from './direct.js';
import { type ExpressApplication, type ExpressRoute, expressLayers } from './express-layers.js';

type Handler = (request: object, response: object, next: (error?: unknown) => void) => Promise<unknown>;

type Request = IncomingMessage & { route?: ExpressRoute; ip?: unknown; body?: unknown };
type Response = ServerResponse & { status?: (code: number) => unknown };

interface DirectRoute {
  route: ExpressRoute;
  handle: Handler;
  headers: Readonly<Record<string, string>>;
}

const logger = new Logger('McpAuth');

/**
 * Answers plain requests by the handler that Nest has made of their route, past Express: its router, its parser and the
 * prototypes that it gives to request and response cost more than all that an endpoint does but ask the database.
 */
export class DirectRoutes {
  /** By method and path. */
  private readonly routes = new Map<string, DirectRoute>();

  /**
   * @param application of Express, with its routes.
   * @param bodyLimit bytes.
   */
  constructor(
    private readonly application: ExpressApplication,
    controllers: readonly Type[],
    private readonly bodyLimit: number,
  ) {
    const direct = directPaths(controllers);
    const crossOrigin = crossOriginPaths('', controllers);
    for (const { route } of expressLayers(application))
      for (const path of [route?.path].flat()) {
        if (!route || typeof path !== 'string' || direct.inside(path) === null) continue;
        const headers = crossOrigin.inside(path) === null ? {} : CORS_HEADERS;
        for (const { method, handle } of route.stack)
          this.routes.set(`${method?.toUpperCase()} ${path}`, { route, handle: handle as Handler, headers });
      }
  }

  /** False, with nothing done, for a request whose body is too long, in pieces, packed, or read already, and for any other route. */
  answer(request: Request, response: Response): boolean {
    const { method = '', url = '', headers } = request;
    const mark = url.indexOf('?');
    const known = this.routes.get(`${method} ${mark === -1 ? url : url.slice(0, mark)}`);
    const length = headers['content-length'];
    if (!known || headers['content-encoding'] !== undefined || headers['transfer-encoding'] !== undefined)
      return false;
    if (request.body !== undefined || (length !== undefined && Number(length) > this.bodyLimit)) return false;
    // Whoever counts requests by their route finds it where a router would have put it.
    request.route = known.route;
    request.ip ??= this.address(request);
    response.status = status;
    for (const name in known.headers) response.setHeader(name, known.headers[name] ?? '');
    if (length === undefined) run(known.handle, request, response);
    else
      bodyOf(request, (body) => {
        request.body = body;
        run(known.handle, request, response);
      });
    return true;
  }

  /** As Express has it, by the proxies that the host trusts. */
  private address({ headers, socket }: IncomingMessage): unknown {
    if (headers['x-forwarded-for'] === undefined) return socket.remoteAddress;
    const { request: prototype } = this.application;
    return Reflect.get(prototype, 'ip', { app: this.application, headers, socket, connection: socket });
  }
}

/** What Nest calls before a handler. */
function status(this: ServerResponse, code: number): ServerResponse {
  this.statusCode = code;
  return this;
}

/** Node's parser has seen to it that there is no more than the request says. */
function bodyOf(request: IncomingMessage, use: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => use(Buffer.concat(chunks)));
}

function run(handle: Handler, request: IncomingMessage, response: ServerResponse): void {
  const fail = (error?: unknown) => {
    logger.error('An endpoint failed.', error);
    response.destroy();
  };
  // Filters answer whatever a handler throws.
  handle(request, response, fail).catch(fail);
}
