import { parse, serialize } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A cookie of the service: for this host alone, out of reach of scripts and of other sites' forms. */
export class ServiceCookie {
  private readonly name: string;

  constructor(
    name: string,
    private readonly secure: boolean,
  ) {
    this.name = secure ? `__Host-${name}` : name;
  }

  read({ headers }: IncomingMessage): string | undefined {
    return parse(headers.cookie ?? '')[this.name] || undefined;
  }

  /** @param maxAge seconds; 0 takes it away. */
  write(response: ServerResponse, value: string, maxAge: number): void {
    const attributes = { httpOnly: true, sameSite: 'lax', secure: this.secure, path: '/', maxAge } as const;
    response.appendHeader('Set-Cookie', serialize(this.name, value, attributes));
  }
}

/** Names of the cookies of a request that begin with this, as `ServiceCookie` takes them. */
export function cookieNames({ headers }: IncomingMessage, prefix: string, secure: boolean): string[] {
  const host = secure ? '__Host-' : '';
  const names = Object.keys(parse(headers.cookie ?? ''));
  return names.flatMap((name) => (name.startsWith(host + prefix) ? name.slice(host.length) : []));
}
