import ipaddr from 'ipaddr.js';

/**
 * What a rate limit counts for an address: the /64 of an IPv6 address, which one household or host has whole; an IPv4
 * address by itself, mapped into IPv6 or not. Text that is no address counts as it is.
 */
export function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed.toByteArray().slice(0, 8).join('.');
}
