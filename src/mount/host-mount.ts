import type { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { type ExpressApplication, expressLayers } from './express-layers.js';

type Message = IncomingMessage & { url: string; originalUrl?: string };

/**
 * Takes a request or leaves it to the host: true when it was taken. `address` is what the host makes of the client's,
 * where that cannot be read from its settings.
 */
export type HostInterceptor = (request: Message, response: ServerResponse, address?: string) => boolean;

interface FastifyLike {
  addHook(
    name: 'onRequest',
    hook: (
      request: { raw: Message; ip: string },
      reply: { raw: ServerResponse; hijack(): void },
      done: () => void,
    ) => void,
  ): void;
}

/** What hosts can have Nest's adapter for Express call around each request. */
interface Hooks {
  onRequestHook?: unknown;
  onResponseHook?: unknown;
}

/**
 * Puts an interceptor ahead of everything a host does with a request: its prefix, versions, middleware, parsers,
 * guards and filters come later. To be called while modules are constructed, before the host adds middleware.
 */
export function mountAhead(host: HttpAdapterHost, intercept: HostInterceptor): HostMount {
  return new HostMount(host, intercept);
}

export class HostMount {
  private middleware: unknown;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly intercept: HostInterceptor,
  ) {
    // A testing module sets the adapter later.
    if (host.httpAdapter) this.mount();
    else host.init$.subscribe(() => this.mount());
  }

  /**
   * Takes requests from the host's server itself, ahead of Express, which costs more than many an answer. Only where
   * nothing would have seen them before: what a host has put ahead of the mount goes on to be asked.
   * @param bareLayers that Nest's own adapter begins with.
   */
  leadServer(bareLayers: number): void {
    const adapter = this.host.httpAdapter;
    if (adapter.getType() !== 'express') return;
    const application = adapter.getInstance<ExpressApplication & RequestListener>();
    const place = expressLayers(application).findIndex(({ handle }) => handle === this.middleware);
    const server = adapter.getHttpServer() as Server | undefined;
    const listeners = server?.rawListeners('request') ?? [];
    if (!server || place < 0 || place > bareLayers || !listeners.includes(application)) return;
    const hooks = adapter as Hooks;
    const lead: RequestListener = (request, response) => {
      const isHooked = hooks.onRequestHook !== undefined || hooks.onResponseHook !== undefined;
      if (isHooked || !this.intercept(request as Message, response)) application(request, response);
    };
    server.removeAllListeners('request');
    // Whoever else listens sees every request, as before.
    for (const each of listeners)
      server.on('request', each === application ? lead : (each as RequestListener));
  }

  private mount(): void {
    const adapter = this.host.httpAdapter;
    // An application context and a microservice have none, and are told of it all the same.
    if (!adapter) return;
    if (adapter.getType() === 'fastify') {
      adapter.getInstance<FastifyLike>().addHook('onRequest', (request, reply, done) => {
        if (this.intercept(request.raw, reply.raw, request.ip)) reply.hijack();
        else done();
      });
      return;
    }
    const middleware = (request: Message, response: ServerResponse, next: () => void) => {
      if (!this.intercept(request, response)) next();
    };
    this.middleware = middleware;
    adapter.use(middleware);
  }
}
