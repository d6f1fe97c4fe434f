import ipaddr from 'ipaddr.js';

/**
 * What an address counts as. What one household or host has of IPv6 is a /64; an IPv4 address counts by itself, in
 * whatever form it comes.
 */
export function network(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return parsed.toByteArray().slice(0, 8).join('.');
}
