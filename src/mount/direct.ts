import type { Type } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { controllerPaths } from './owned-paths.js';

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

export interface DirectOptions {
  /** Whether handlers show the request to the host, which finds that of Express. Default false. */
  forHost?: boolean;
}

/** For a controller whose handlers ask no more of a response than Node's own has, and write the answer themselves. */
export function Direct(options: DirectOptions = {}): ClassDecorator {
  return (target) => Reflect.defineMetadata(DIRECT, options, target);
}

/** Those controllers, by their paths as a router names them. */
export function directControllers(controllers: readonly Type[]): Map<string, DirectOptions> {
  return new Map(
    controllers.flatMap((controller) => {
      const options = Reflect.getMetadata(DIRECT, controller) as DirectOptions | undefined;
      return options ? controllerPaths(controller).map((path) => [`/${path}`, options] as const) : [];
    }),
  );
}
