import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { isLoopbackHost } from 'nestjs-mcp-auth/service-kit';
import { PublicAddress } from '../config/public-address.js';

/**
 * Refuses requests that a foreign page has talked a browser into sending (MCP 2026-07-28, Streamable HTTP,
 * "Security & Endpoint"): the Host must be the issuer's, and an Origin too. On this computer alone, any loopback
 * name and port will do, so that an inspector in a browser works.
 */
@Injectable()
export class RebindingGuard implements CanActivate {
  private readonly issuer: URL;

  constructor({ issuer }: PublicAddress) {
    this.issuer = new URL(issuer);
  }

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<Request>();
    if (this.isOurs(`${this.issuer.protocol}//${headers.host ?? ''}`, true)) {
      if (headers.origin === undefined || this.isOurs(headers.origin, false)) return true;
    }
    throw new ForbiddenException({
      jsonrpc: '2.0',
      error: { code: -32_000, message: 'Forbidden: the request comes from another site.' },
      id: null,
    });
  }

  private isOurs(origin: string, samePort: boolean): boolean {
    if (!URL.canParse(origin)) return false;
    const { hostname, host, port, protocol } = new URL(origin);
    if (isLoopbackHost(this.issuer.hostname))
      return isLoopbackHost(hostname) && (!samePort || port === this.issuer.port);
    return protocol === this.issuer.protocol && host === this.issuer.host;
  }
}
