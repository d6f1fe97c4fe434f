import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import { MetricsConfig } from '../config/metrics-config.js';
import { metricsPortProblem } from './free-port.js';
import { MetricsPage } from './metrics-page.js';

/** Metrics on a port of their own. */
@Injectable()
export class MetricsServer implements OnModuleInit, OnApplicationShutdown {
  private readonly server: Server;

  constructor(
    page: MetricsPage,
    private readonly config: MetricsConfig,
  ) {
    this.server = createServer((request, response) => {
      const [path] = request.url?.split('?', 1) ?? [];
      if (path === '/metrics' && request.method === 'GET') void page.answer(request, response);
      else response.writeHead(404).end();
    });
  }

  async onModuleInit(): Promise<void> {
    const { port, host } = this.config;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).once('listening', resolve);
      this.server.listen(port ?? 0, host);
    }).catch((error: unknown) => {
      throw metricsPortProblem(error, port, host);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
