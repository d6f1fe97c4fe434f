import ipaddr from 'ipaddr.js';

/** Bits of what one household or host has of IPv6. */
export const HOUSEHOLD = 64;
/** Bits of what one customer of a network gets of IPv6 (RFC 6177 §2): for what costs much. */
export const SITE = 48;

// A port after an address changes with every connection; some proxies, such as Azure Application Gateway, send it in
// X-Forwarded-For. RFC 7239 §6 has the brackets.
const WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/;
const IN_BRACKETS = /^\[([^\]]+)\](?::\d+)?$/;

/**
 * What a rate limit counts for an address: so many bits of an IPv6 one; an IPv4 address by itself, mapped into IPv6 or
 * not; with a port or without. Text that is no address counts as it is.
 */
export function network(written: string, bits: number = HOUSEHOLD): string {
  const address = (WITH_PORT.exec(written) ?? IN_BRACKETS.exec(written))?.[1] ?? written;
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed
    .toByteArray()
    .slice(0, bits / 8)
    .join('.');
}
