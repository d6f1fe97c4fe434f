import type { NextFunction, Request, Response } from 'express';

/** Seconds for which a browser asks for nothing but https (RFC 6797 §6.1.1): a year. */
const HTTPS_ONLY = 31_536_000;

/**
 * What every answer is sent with, of the library's endpoints too. An answer that others may keep says so itself.
 * Subdomains are not ours to speak for.
 */
export function securityHeaders({ isSecure }: { isSecure: boolean }) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    if (isSecure) response.setHeader('Strict-Transport-Security', `max-age=${HTTPS_ONLY}`);
    next();
  };
}
