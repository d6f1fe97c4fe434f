import { parse, serialize } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PublicAddress } from '../config/public-address.js';

type CookieAddress = Pick<PublicAddress, 'isSecure' | 'basePath'>;

/** A cookie of the service: for this host and what is below the issuer alone, out of reach of scripts and of other sites' forms. */
export class ServiceCookie {
  private readonly name: string;

  constructor(
    name: string,
    private readonly address: CookieAddress,
  ) {
    this.name = prefixOf(address) + name;
  }

  read({ headers }: IncomingMessage): string | undefined {
    return parse(headers.cookie ?? '')[this.name] || undefined;
  }

  /** @param maxAge seconds; 0 takes it away. */
  write(response: ServerResponse, value: string, maxAge: number): void {
    const { isSecure: secure, basePath } = this.address;
    const path = basePath || '/';
    const attributes = { httpOnly: true, sameSite: 'lax', secure, path, maxAge } as const;
    response.appendHeader('Set-Cookie', serialize(this.name, value, attributes));
  }
}

/** Names of the cookies of a request that begin with this, as `ServiceCookie` takes them. */
export function cookieNames({ headers }: IncomingMessage, prefix: string, address: CookieAddress): string[] {
  const first = prefixOf(address);
  const names = Object.keys(parse(headers.cookie ?? ''));
  return names.flatMap((name) => (name.startsWith(first + prefix) ? name.slice(first.length) : []));
}

/** RFC 6265bis §4.1.3: plain http cannot set what begins so; nor can other hosts, which goes with the path `/` alone. */
function prefixOf({ isSecure, basePath }: CookieAddress): string {
  if (!isSecure) return '';
  return basePath === '' ? '__Host-' : '__Secure-';
}
