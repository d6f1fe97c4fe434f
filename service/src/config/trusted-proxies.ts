import ipaddr from 'ipaddr.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';

/** As Express takes it: everybody, a number of hops, or addresses, ranges and Express's names for some. */
export type TrustedProxies = true | number | string[];

const NAME = 'MCP_AUTH_TRUST_PROXY';
const RANGES = ['loopback', 'linklocal', 'uniquelocal'];
const EVERYBODY = /^[0:.]+\/0$/;

/**
 * @param isLoopback whether the issuer is this computer alone, where it does no harm to trust everybody.
 * @returns undefined when nobody is trusted.
 * @throws ConfigurationError with one sentence.
 */
export function readTrustedProxies(env: Environment, isLoopback: boolean): TrustedProxies | undefined {
  const text = env.text(NAME);
  if (text === undefined || text === 'false') return undefined;
  if (/^\d{1,2}$/.test(text)) return Number(text) || undefined;
  const proxies = text.split(',').map((proxy) => proxy.trim());
  if (proxies.some((proxy) => proxy === 'true' || EVERYBODY.test(proxy))) {
    if (isLoopback) return true;
    throw new ConfigurationError(
      `${NAME} ${text} lets everybody say which address they come from: name your proxies, such as 10.0.0.0/8.`,
    );
  }
  for (const proxy of proxies)
    if (!RANGES.includes(proxy) && !isAddress(proxy) && !isRange(proxy))
      throw new ConfigurationError(
        `${NAME} must be addresses, ranges such as 10.0.0.0/8, or ${RANGES.join(', ')}, separated by commas, or a number of hops, not "${proxy}".`,
      );
  return proxies;
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes('%'));
}

function isRange(text: string): boolean {
  return ipaddr.isValidCIDR(text) && isAddress(text.split('/', 1)[0] ?? '');
}
