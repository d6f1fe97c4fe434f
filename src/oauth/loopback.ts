import ipaddr from 'ipaddr.js';

/** What an IPv4 address may be spelt with, or the colon of IPv6: to parse a name as an address throws, at some cost. */
const MAY_BE_ADDRESS = /^[\da-fx.]+$|:/i;
const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a URL's hostname is this computer (RFC 8252 §7.3), the only one that plain http is good for. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname);
}

/** Whether an https URL's hostname is this computer too, in whatever spelling: any local program may listen there. */
export function isThisComputer(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (MAY_BE_ADDRESS.test(name) && ipaddr.isValid(name))
    return ['loopback', 'unspecified'].includes(ipaddr.process(name).range());
  return name === 'localhost' || name.endsWith('.localhost');
}
