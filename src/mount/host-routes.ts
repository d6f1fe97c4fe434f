import type { HttpAdapterHost } from '@nestjs/core';

/** What is used of Express 5 and 4: their routers, and the layers of those. */
interface ExpressLike {
  router?: { stack?: ExpressLayer[] };
  _router?: { stack?: ExpressLayer[] };
}

interface ExpressLayer {
  match(path: string): boolean;
  route?: { _handlesMethod(method: string): boolean };
}

interface FastifyLike {
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): void;
}

/** The routes that a host has once it has started. */
export class HostRoutes {
  private readonly noted: { methods: string[]; pattern: RegExp }[] = [];

  constructor(private readonly host: HttpAdapterHost) {
    const note = () => {
      if (host.httpAdapter.getType() !== 'fastify') return;
      host.httpAdapter.getInstance<FastifyLike>().addHook('onRoute', ({ method, url }) => {
        this.noted.push({ methods: [method].flat(), pattern: fastifyPattern(url) });
      });
    };
    if (host.httpAdapter) note();
    else host.init$.subscribe(() => host.httpAdapter && note());
  }

  /** Whether the host answers `method` at `path` by a route of its own; middleware does not count. */
  has(method: string, path: string): boolean {
    if (this.host.httpAdapter.getType() === 'fastify')
      return this.noted.some(({ methods, pattern }) => methods.includes(method) && pattern.test(path));
    const application = this.host.httpAdapter.getInstance<ExpressLike>();
    const { stack = [] } = application.router ?? application._router ?? {};
    return stack.some((layer) => layer.route?._handlesMethod(method) && layer.match(path));
  }
}

/** `/notes/:id/*` and the like (find-my-way). */
function fastifyPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return '[^/]+';
      return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
