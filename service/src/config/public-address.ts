import { isLoopbackHost } from 'nestjs-mcp-auth/service-kit';

/** Where people and clients reach the service. */
export class PublicAddress {
  /** Of the issuer, without its path. */
  private readonly origin: string;
  /** The issuer's path, `/auth`, below which every page and cookie is; empty at the root. */
  readonly basePath: string;
  /** Whether it is https: cookies are for https alone then. */
  readonly isSecure: boolean;
  /** Whether only this computer can reach it. */
  readonly isLoopback: boolean;

  constructor(readonly issuer: string) {
    const { origin, pathname, protocol, hostname } = new URL(issuer);
    this.origin = origin;
    this.basePath = pathname === '/' ? '' : pathname;
    this.isSecure = protocol === 'https:';
    this.isLoopback = isLoopbackHost(hostname);
  }

  /** The URL of a page, by its path within the service, for people who are not there yet. */
  at(path: string): string {
    return this.origin + this.basePath + path;
  }
}
