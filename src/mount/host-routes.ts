import type { HttpAdapterHost } from '@nestjs/core';
import { type ExpressApplication, type ExpressLayer, expressLayers } from './express-layers.js';

interface FastifyLike {
  addHook(name: 'onRoute', hook: (route: { method: string | string[]; url: string }) => void): void;
}

/** Methods that a route for all of them has, whatever others there are. */
const EVERY = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** One route of a host. */
export class HostRoute {
  constructor(
    /** As the host's platform writes it: `/notes/:id`. */
    readonly path: string,
    private readonly methods: readonly string[],
    readonly matches: (path: string) => boolean,
  ) {}

  handles(method: string): boolean {
    return this.methods.includes(method) || (method === 'HEAD' && this.methods.includes('GET'));
  }

  /** Whether it takes whatever method comes, as `@All()` does. */
  get takesAll(): boolean {
    return EVERY.every((method) => this.methods.includes(method));
  }

  /** Whether it is for one path and no other. */
  get isLiteral(): boolean {
    return !/[:*(){}[\]?+]/.test(this.path);
  }
}

/** The routes that a host has once it has started. */
export class HostRoutes {
  private readonly noted: HostRoute[] = [];

  constructor(private readonly host: HttpAdapterHost) {
    const note = () => {
      if (host.httpAdapter.getType() !== 'fastify') return;
      host.httpAdapter.getInstance<FastifyLike>().addHook('onRoute', ({ method, url }) => {
        const pattern = fastifyPattern(url);
        this.noted.push(new HostRoute(url, [method].flat(), (path) => pattern.test(path)));
      });
    };
    if (host.httpAdapter) note();
    else host.init$.subscribe(() => host.httpAdapter && note());
  }

  all(): readonly HostRoute[] {
    if (this.host.httpAdapter.getType() === 'fastify') return this.noted;
    return this.expressLayers().flatMap((layer) => {
      const { route } = layer;
      if (!route) return [];
      const methods = Object.keys(route.methods).map((method) => method.toUpperCase());
      return [route.path].flat().map((path) => new HostRoute(String(path), methods, (at) => layer.match(at)));
    });
  }

  /** Whether the host answers `method` at `path` by a route of its own; middleware does not count. */
  has(method: string, path: string): boolean {
    return this.all().some((route) => route.handles(method) && route.matches(path));
  }

  /** Whether there is a route, or middleware for this path and not for every one. */
  serves(method: string, path: string): boolean {
    if (this.has(method, path)) return true;
    if (this.host.httpAdapter.getType() === 'fastify') return false;
    return this.expressLayers().some(
      (layer) => !layer.route && !layer.slash && !layer.regexp?.fast_slash && layer.match(path),
    );
  }

  private expressLayers(): ExpressLayer[] {
    return expressLayers(this.host.httpAdapter.getInstance<ExpressApplication>());
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
