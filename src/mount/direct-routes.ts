import { Logger, type Type } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORS_HEADERS } from '../oauth/cors.js';
import { crossOriginPaths } from './cross-origin.js';
import { directControllers } from './direct.js';
import { type ExpressApplication, type ExpressRoute, expressLayers } from './express-layers.js';

type Request = IncomingMessage & { route?: ExpressRoute; body?: unknown };
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
 * prototypes that it gives to request and response take a quarter of what a token costs, and more of a cheaper answer.
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

  /** False, with nothing done, for a body that is too long, in pieces, packed, or read already, and for any other route. */
  answer(request: Request, response: Response): boolean {
    const { method = '', url = '', headers } = request;
    const mark = url.indexOf('?');
    const known = this.routes.get(`${method} ${mark === -1 ? url : url.slice(0, mark)}`);
    const length = headers['content-length'];
    if (!known || headers['content-encoding'] !== undefined || headers['transfer-encoding'] !== undefined)
      return false;
    if (request.body !== undefined || request.readableDidRead || request.readableEncoding !== null)
      return false;
    if (length !== undefined && !(Number(length) <= this.bodyLimit)) return false;
    void this.run(known, request, response);
    return true;
  }

  private async run(known: DirectRoute, request: Request, response: Response): Promise<void> {
    const fail = (error?: unknown) => {
      logger.error('An endpoint failed.', error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { 'Content-Length': 0 }).end();
    };
    try {
      if (request.headers['content-length'] !== undefined)
        request.body = Buffer.concat(await bodyOf(request));
      for (const name in known.headers) response.setHeader(name, known.headers[name] ?? '');
      if (known.forHost) this.express(request, response);
      // A host's Express may have been here, which goes by the proxies of the host.
      else if (!Object.hasOwn(request, 'ip'))
        Object.defineProperty(request, 'ip', { value: this.address(request) });
      // Whoever counts requests by their route finds it where a router would have put it.
      request.route = known.route;
      response.status = status;
      // Filters answer whatever a handler throws.
      await known.handle(request, response, fail);
    } catch (error) {
      fail(error);
    }
  }

  /**
   * Makes a request that of Express; its response becomes one when it is asked for. With another prototype it takes twice
   * as long to answer, and with one that comes before the body is read a request takes twice as long to read.
   */
  private express(request: Request, response: Response): void {
    Object.setPrototypeOf(request, this.application.request);
    Object.assign(request, { params: {}, baseUrl: '' });
    const made = () => Object.setPrototypeOf(response, this.application.response) as Response;
    Object.defineProperty(request, 'res', { get: made, configurable: true });
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

/**
 * Of the length that the request says, as Node's parser has it. Whoever waits for it goes on in the context that the request
 * came in, which its events are not told of; an `AsyncResource` for them costs 30 µs.
 */
function bodyOf(request: IncomingMessage): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(chunks));
  });
}
