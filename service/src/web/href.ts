import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';
import type { PublicAddress } from '../config/public-address.js';

const basePath = new AsyncLocalStorage<string>();

/** Middleware: what answers a request leads to pages below this address. */
export function leadBelow(address: Pick<PublicAddress, 'basePath'>) {
  return (_request: Request, _response: Response, next: NextFunction): void => {
    basePath.run(address.basePath, next);
  };
}

/** The other way: the path within the service, and the query, of a URL that was asked for. */
export function within(url: string): string {
  const above = basePath.getStore() ?? '';
  return url.startsWith(`${above}/`) ? url.slice(above.length) : '/';
}

/**
 * Where browsers find a page of ours, by its path within the service, such as `/account`: the one place that pages and
 * redirects know the issuer's path from. Outside of a request: the path itself.
 */
export function href(path: string): string {
  return (basePath.getStore() ?? '') + path;
}
