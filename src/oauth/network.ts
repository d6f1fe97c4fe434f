import ipaddr from 'ipaddr.js';

/** Bits of what one household or host has of IPv6. */
export const HOUSEHOLD = 64;
/** Bits of what one customer of a network gets of IPv6 (RFC 6177 §2): for what costs much. */
export const SITE = 48;

/**
 * What a rate limit counts for an address: so many bits of an IPv6 one; an IPv4 address by itself, mapped into IPv6 or
 * not. Text that is no address counts as it is.
 */
export function network(address: string, bits: number = HOUSEHOLD): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed
    .toByteArray()
    .slice(0, bits / 8)
    .join('.');
}
