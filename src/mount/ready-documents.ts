import type { Type } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CORS_HEADERS } from '../oauth/cors.js';
import { crossOriginPaths } from './cross-origin.js';
import { OwnedPaths } from './owned-paths.js';

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
    isCrossOrigin: boolean;
    source: DocumentController;
  }[];

  /** @param instance of a controller. */
  constructor(controllers: readonly Type[], instance: (controller: Type) => object) {
    this.sources = controllers
      .filter((controller) => 'documentAt' in (controller.prototype as object))
      .map((controller) => ({
        paths: new OwnedPaths('', [controller]),
        isCrossOrigin: crossOriginPaths('', [controller]).paths().length > 0,
        source: instance(controller) as DocumentController,
      }));
  }

  /** False, with nothing done, for any other request. */
  answer({ method, headers, url = '' }: IncomingMessage, response: ServerResponse): boolean {
    if (method !== 'GET' || CONDITIONS.some((name) => headers[name] !== undefined)) return false;
    const known = this.sources.find(({ paths }) => paths.inside(url) !== null);
    const document = known?.source.documentAt(url.split('?', 1)[0] ?? '');
    if (!known || !document) return false;
    response.writeHead(200, {
      ...(known.isCrossOrigin && CORS_HEADERS),
      ...document.headers,
      'Content-Length': Buffer.byteLength(document.body),
    });
    response.end(document.body);
    return true;
  }
}
