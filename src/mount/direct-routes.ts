import { Logger, type Type } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORS_HEADERS } from '../oauth/cors.js';
import { crossOriginPaths } from './cross-origin.js';
import { directControllers } from './direct.js';
import { type ExpressApplication, type ExpressRoute, expressLayers } from './express-layers.js';

type Request = IncomingMessage & { route?: ExpressRoute; res?: ServerResponse; body?: unknown };
type Response = ServerResponse & { status?: (code: number) => unknown };
type Handler = (request: object, response: object, next: (error?: unknown) => void) => Promise<unknown>;

interface DirectRoute {
  route: ExpressRoute;
  handle: Handler;
  headers: Readonly<Record<string, string>>;
  forHost: boolean;
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
    const direct = directControllers(controllers);
    const crossOrigin = crossOriginPaths('', controllers);
    for (const { route } of expressLayers(application)) {
      const path = String(route?.path);
      const options = direct.get(path);
      if (!route || !options) continue;
      const headers = crossOrigin.inside(path) === null ? {} : CORS_HEADERS;
      for (const { method, handle } of route.stack)
        this.routes.set(`${method?.toUpperCase()} ${path}`, {
          route,
          handle: handle as Handler,
          headers,
          forHost: options.forHost ?? false,
        });
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
    for (const name in known.headers) response.setHeader(name, known.headers[name] ?? '');
    if (length === undefined) void this.run(known, request, response);
    else
      bodyOf(request, (body) => {
        request.body = body;
        void this.run(known, request, response);
      });
    return true;
  }

  private async run(
    { route, handle, forHost }: DirectRoute,
    request: Request,
    response: Response,
  ): Promise<void> {
    const fail = (error?: unknown) => {
      logger.error('An endpoint failed.', error);
      response.destroy();
    };
    try {
      if (forHost) {
        // Once it has been read: Node takes twice as long for messages with another prototype.
        Object.setPrototypeOf(request, this.application.request);
        request.res = response;
      } else if (!Object.hasOwn(request, 'ip')) {
        // A host's Express may have been here, which goes by the proxies of the host.
        Object.defineProperty(request, 'ip', { value: this.address(request) });
      }
      // Whoever counts requests by their route finds it where a router would have put it.
      request.route = route;
      response.status = status;
      // Filters answer whatever a handler throws.
      await handle(request, response, fail);
    } catch (error) {
      fail(error);
    }
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
