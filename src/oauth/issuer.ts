import { isLoopbackHost } from './loopback.js';

/**
 * What an issuer must be, in words that follow its name; null when it is. RFC 8414 §2: https without query or fragment;
 * plain http on loopback hosts alone. It is compared byte for byte, so that there is one way to write it, and its
 * metadata stands below `/.well-known`, which its own path must not be.
 */
export function issuerProblem(issuer: string): string | null {
  if (!URL.canParse(issuer)) return 'must be an absolute URL such as https://auth.example.com';
  const { protocol, hostname, search, hash, username, password, origin, pathname } = new URL(issuer);
  // What is not repeated may hold a password.
  if (username || password) return 'must have no user';
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname)))
    return `${issuer} must use https; plain http is for localhost only`;
  if (search || hash || /[?#]|\/$/.test(issuer))
    return `${issuer} must have no trailing slash, query, fragment or user`;
  if (pathname.toLowerCase().split('/').includes('.well-known'))
    return `${issuer} must not hold .well-known: its metadata is found there`;
  if (!/^(\/[\w.~-]+)*\/?$/.test(pathname))
    return `${issuer} must have a plain path of letters, digits and the signs - . _ ~`;
  const written = origin + (pathname === '/' ? '' : pathname);
  return issuer === written ? null : `${issuer} must be written as ${written}`;
}
