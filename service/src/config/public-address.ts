import { isLoopbackHost } from 'nestjs-mcp-auth/service-kit';

/** Where people and clients reach the service. */
export class PublicAddress {
  /** Of the issuer, without its path. */
  readonly origin: string;
  /** Whether it is https: cookies are for https alone then. */
  readonly isSecure: boolean;
  /** Whether only this computer can reach it. */
  readonly isLoopback: boolean;

  constructor(readonly issuer: string) {
    const { origin, protocol, hostname } = new URL(issuer);
    this.origin = origin;
    this.isSecure = protocol === 'https:';
    this.isLoopback = isLoopbackHost(hostname);
  }
}
