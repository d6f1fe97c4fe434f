import type { Type } from '@nestjs/common';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { OwnedPaths } from './owned-paths.js';

const DIRECT = 'mcp-auth:direct';

/** All that a controller which is answered directly finds in a request; Express's own has it too. */
export interface DirectRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Where it comes from, as the connection or the trusted proxies say; undefined when the connection is gone. */
  readonly ip?: string | undefined;
  /** Its bytes, or what an outer application has made of them. */
  readonly body?: unknown;
}

/** What such a controller answers with. It writes the answer itself. */
export type DirectResponse = Pick<ServerResponse, 'headersSent' | 'setHeader' | 'writeHead' | 'end'>;

/** For the controller of an endpoint that programs call, whose handlers ask no more of Express than that. */
export function Direct(): ClassDecorator {
  return (target) => Reflect.defineMetadata(DIRECT, true, target);
}

/** The paths of those controllers that are marked with `@Direct()`. */
export function directPaths(controllers: readonly Type[]): OwnedPaths {
  return new OwnedPaths(
    '',
    controllers.filter((controller) => Reflect.getMetadata(DIRECT, controller) === true),
  );
}
