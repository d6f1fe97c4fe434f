import type { Type } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORS_HEADERS } from '../oauth/cors.js';
import { crossOriginPaths } from './cross-origin.js';
import { controllerPaths, OwnedPaths } from './owned-paths.js';

/** A document as it is sent, whoever asks. */
export interface ReadyDocument {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A controller of documents that are written once and answered many times. */
export interface DocumentController {
  /** What a GET of this path is answered with; null where it finds nothing. */
  documentAt(path: string): ReadyDocument | null;
}

/** Headers that ask for less than the whole document. */
const CONDITIONS = ['if-none-match', 'if-modified-since', 'range'];

/** Answers a plain GET of a document in place: to parse, route and serialise costs more than all the rest of the request. */
export class ReadyDocuments {
  private readonly sources: readonly {
    paths: OwnedPaths;
    /** As a router names them. */
    routes: readonly string[];
    isCrossOrigin: boolean;
    source: DocumentController;
  }[];

  /** @param instance of a controller. */
  constructor(controllers: readonly Type[], instance: (controller: Type) => object) {
    this.sources = controllers
      .filter((controller) => 'documentAt' in (controller.prototype as object))
      .map((controller) => ({
        paths: new OwnedPaths('', [controller]),
        routes: controllerPaths(controller).map((path) => `/${path}`),
        isCrossOrigin: crossOriginPaths('', [controller]).paths().length > 0,
        source: instance(controller) as DocumentController,
      }));
  }

  /** False, with nothing done, for any other request. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, headers, url = '' } = request;
    if (method !== 'GET' || CONDITIONS.some((name) => headers[name] !== undefined)) return false;
    const known = this.sources.find(({ paths }) => paths.inside(url) !== null);
    const [path = ''] = url.split('?', 1);
    const document = known?.source.documentAt(path);
    if (!known || !document) return false;
    // Whoever counts requests by their route finds it where a router would have put it.
    Object.assign(request, { route: { path: known.routes.find((route) => path.startsWith(route)) } });
    response.writeHead(200, {
      ...(known.isCrossOrigin && CORS_HEADERS),
      ...document.headers,
      'Content-Length': Buffer.byteLength(document.body),
    });
    response.end(document.body);
    return true;
  }
}
