import { type ExceptionFilter, type ModuleMetadata, type Type } from '@nestjs/common';
import { type HttpAdapterHost, type ModuleRef, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { TemporarilyUnavailableError } from '../oauth/errors.js';
import { crossOrigin, crossOriginPaths } from './cross-origin.js';
import { HostRoutes } from './host-routes.js';
import { misplacedRoutes } from './misplaced-routes.js';
import { type ExpressApplication, expressLayers } from './express-layers.js';
import { type HostMount, mountAhead } from './host-mount.js';
import { DirectRoutes } from './direct-routes.js';
import { answerNotAllowed } from './method-not-allowed.js';
import { OwnedPaths } from './owned-paths.js';
import { quietly } from './quiet-nest.js';
import { ReadyDocuments } from './ready-documents.js';
import { shadowedRoutes } from './shadowed-routes.js';

export interface InnerApplicationOptions {
  /** Path under which the host is reached, `/auth`; empty for the root. */
  basePath: string;
  controllers: readonly Type[];
  filters: readonly (new () => ExceptionFilter)[];
  /** Largest body, in bytes. */
  bodyLimit: number;
  /** What a request has to wait for; undefined when there is nothing any more. */
  ready?(): Promise<void> | undefined;
  /** What Express is told about proxies; the host's own setting when undefined. */
  trustProxy?: boolean | number | string | string[];
}

class InnerModule {}

/**
 * Controllers in a Nest application of their own, mounted ahead of the host's: nothing global that a host sets up
 * can move, refuse or reshape what they answer.
 */
export class InnerApplication {
  private application: NestExpressApplication | undefined;
  private handler: RequestListener = unavailable;
  private documents: ReadyDocuments | undefined;
  private isReady = false;
  private readonly paths: OwnedPaths;
  private readonly routes: HostRoutes;
  private readonly mount: HostMount;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly hostModule: ModuleRef,
    private readonly options: InnerApplicationOptions,
  ) {
    const paths = (this.paths = new OwnedPaths(options.basePath, options.controllers));
    const crossOriginOnes = crossOriginPaths(options.basePath, options.controllers);
    const routes = (this.routes = new HostRoutes(host));
    this.mount = mountAhead(host, (request, response, address) => {
      const inside = paths.inside(request.url);
      if (inside === null) return false;
      const { method = '' } = request;
      const methods = paths.methods(inside);
      const isCrossOrigin = () => crossOriginOnes.inside(request.url) !== null;
      if (!methods.includes(method) && !(method === 'OPTIONS' && isCrossOrigin())) {
        const [path = ''] = request.url.split('?', 1);
        if (routes.has(method, path)) return false;
        const isOpen = isCrossOrigin();
        answerNotAllowed(response, isOpen ? [...methods, 'OPTIONS'] : methods, isOpen);
        return true;
      }
      // Where a router would have put it.
      request.originalUrl ??= request.url;
      request.url = inside;
      // Ahead of what Express would make of it.
      if (address !== undefined && options.trustProxy === undefined)
        Object.defineProperty(request, 'ip', { value: address });
      const waiting = this.isReady ? undefined : options.ready?.();
      this.isReady = !waiting;
      if (waiting)
        waiting.then(
          () => this.handler(request, response),
          () => unavailable(request, response),
        );
      else if (!this.documents?.answer(request, response)) this.handler(request, response);
      return true;
    });
  }

  create(): Promise<void> {
    return quietly(() => this.createQuietly());
  }

  /**
   * Looks at the routes of a host that has started, and at where the guard stands: what to warn about.
   * @param loginPage path of the page that one of them must serve.
   * @throws Error with one sentence that says what to change.
   */
  checkHost(guarded: Parameters<typeof misplacedRoutes>[1], loginPage?: string): string[] {
    const [path = ''] = loginPage?.split('?', 1) ?? [];
    if (path.startsWith('/') && !this.routes.serves('GET', path))
      throw new Error(
        `\`loginPage\` is ${loginPage}, and no route of this application serves GET ${path}: correct the path, or write a URL where it is served elsewhere.`,
      );
    const routes = this.routes.all();
    return [...shadowedRoutes(routes, this.paths), ...misplacedRoutes(routes, guarded)];
  }

  private async createQuietly(): Promise<void> {
    const { controllers, filters, bodyLimit } = this.options;
    const metadata: ModuleMetadata = { controllers: [...controllers], providers: this.bridgedProviders() };
    const { ExpressAdapter } = await platformExpress();
    const adapter = new ExpressAdapter();
    const bareLayers = expressLayers(adapter.getInstance<ExpressApplication>()).length;
    // Nest's factory remembers of the last application alone whether it aborts the process: the host's stays as it is.
    const factory = Object.create(NestFactory) as typeof NestFactory;
    this.application = await factory.create<NestExpressApplication>(
      { module: InnerModule, ...metadata },
      adapter,
      { bodyParser: false, abortOnError: false },
    );
    this.application.disable('x-powered-by');
    this.application.set('trust proxy', this.options.trustProxy ?? this.hostTrustProxy());
    this.application.use(crossOrigin(controllers));
    this.application.useBodyParser('raw', { type: () => true, limit: bodyLimit });
    this.application.useGlobalFilters(...filters.map((Filter) => new Filter()));
    await this.application.init();
    const express = adapter.getInstance<ExpressApplication & RequestListener>();
    const direct = new DirectRoutes(express, controllers, bodyLimit);
    this.handler = (request, response) => {
      if (!direct.answer(request, response)) express(request, response);
    };
    const { application } = this;
    this.documents = new ReadyDocuments(controllers, (controller) => application.get<object>(controller));
    this.mount.leadServer(bareLayers);
  }

  async close(): Promise<void> {
    await this.application?.close();
  }

  /** What the controllers ask for in their constructors, as the host's container has it. */
  private bridgedProviders() {
    const tokens = new Set(
      this.options.controllers.flatMap(
        (controller) => (Reflect.getMetadata('design:paramtypes', controller) as Type[] | undefined) ?? [],
      ),
    );
    return [...tokens].map((provide) => ({
      provide,
      useValue: this.hostModule.get<object>(provide, { strict: false }),
    }));
  }

  private hostTrustProxy(): unknown {
    const adapter = this.host.httpAdapter;
    return adapter?.getType() === 'express'
      ? adapter.getInstance<{ get(name: string): unknown }>().get('trust proxy')
      : undefined;
  }
}

/** The platform of the endpoints, whatever the host's own is. @throws Error with one sentence where it is missing. */
async function platformExpress() {
  try {
    return await import('@nestjs/platform-express');
  } catch (error) {
    throw new Error(
      'The endpoints stand on @nestjs/platform-express, which a host on another platform needs too: run `npm install @nestjs/platform-express`.',
      { cause: error },
    );
  }
}

/** A request that arrives before the application is complete. */
function unavailable(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'application/json' });
  response.end(JSON.stringify(new TemporarilyUnavailableError().getResponse()));
}
