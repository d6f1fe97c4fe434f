import type { HttpAdapterHost } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';

type Message = IncomingMessage & { url: string };

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

/**
 * Puts an interceptor ahead of everything a host does with a request: its prefix, versions, middleware, parsers,
 * guards and filters come later. To be called while modules are constructed, before the host adds middleware.
 */
export function mountAhead(host: HttpAdapterHost, intercept: HostInterceptor): void {
  const mount = () => {
    const adapter = host.httpAdapter;
    // An application context and a microservice have none, and are told of it all the same.
    if (!adapter) return;
    if (adapter.getType() === 'fastify') {
      adapter.getInstance<FastifyLike>().addHook('onRequest', (request, reply, done) => {
        if (intercept(request.raw, reply.raw, request.ip)) reply.hijack();
        else done();
      });
      return;
    }
    adapter.use((request: Message, response: ServerResponse, next: () => void) => {
      if (!intercept(request, response)) next();
    });
  };
  // A testing module sets the adapter later.
  if (host.httpAdapter) mount();
  else host.init$.subscribe(mount);
}
