/** What is used of Express 5 and 4: their routers, and the layers of those. */
export interface ExpressApplication {
  /** The prototype of its requests. */
  request: object;
  /** The prototype of its responses. */
  response: object;
  router?: { stack?: ExpressLayer[] };
  _router?: { stack?: ExpressLayer[] };
}

export interface ExpressLayer {
  handle: unknown;
  match(path: string): boolean;
  route?: ExpressRoute;
  /** Whether it takes every path, as Express 5 and 4 have it. */
  slash?: boolean;
  regexp?: { fast_slash?: boolean };
}

export interface ExpressRoute {
  path: string | RegExp | (string | RegExp)[];
  methods: Record<string, boolean>;
  /** Its handlers. */
  stack: { method?: string; handle: unknown }[];
}

/** Middleware and routes of an application, in the order in which a request meets them. */
export function expressLayers(application: ExpressApplication): ExpressLayer[] {
  const { stack = [] } = application.router ?? application._router ?? {};
  return stack;
}
