import ipaddr from 'ipaddr.js';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { text } from './variable.js';

/** As Express takes it: everybody, a number of hops, or addresses, ranges and Express's names for some. */
export type TrustedProxies = true | number | string[];

const RANGES = ['loopback', 'linklocal', 'uniquelocal'];

/** Proxies in front of one another. */
const MOST_HOPS = 10;

/** Bits that the addresses of a range must share: what is wider is half the internet, and no company's proxies. */
const LEAST_PREFIX = { ipv4: 8, ipv6: 16 };

/** Of addresses that are nobody's on the internet, such as fd00::/8. */
const LEAST_PRIVATE_PREFIX = 7;

export const TRUST_PROXY = text('MCP_AUTH_TRUST_PROXY', {
  is: `addresses, ranges such as \`10.0.0.0/8\`, or ${RANGES.map((range) => `\`${range}\``).join(', ')}, separated by commas; or a number of hops, up to ${MOST_HOPS}. Their \`X-Forwarded-For\` and \`X-Request-Id\` are taken`,
  otherwise: 'none',
});

/**
 * @param isLoopback whether the issuer is this computer alone, where it does no harm to trust everybody.
 * @returns undefined when nobody is trusted.
 * @throws ConfigurationError with one sentence.
 */
export function readTrustedProxies(env: Environment, isLoopback: boolean): TrustedProxies | undefined {
  const value = env.get(TRUST_PROXY);
  if (value === undefined || value === 'false') return undefined;
  if (/^\d+$/.test(value)) return readHops(value);
  const proxies = value.split(',').map((proxy) => proxy.trim());
  const wrong = proxies.find((proxy) => proxy !== 'true' && !RANGES.includes(proxy) && !isPlace(proxy));
  if (wrong !== undefined)
    throw new ConfigurationError(
      `${TRUST_PROXY.name} must be addresses, ranges such as 10.0.0.0/8, or ${RANGES.join(', ')}, separated by commas, or a number of hops, not "${wrong}".`,
    );
  if (!proxies.some((proxy) => proxy === 'true' || isTooWide(proxy))) return proxies;
  if (isLoopback) return true;
  throw new ConfigurationError(
    `${TRUST_PROXY.name} ${value} lets everybody say which address they come from: name your proxies, such as 10.0.0.0/8.`,
  );
}

function readHops(value: string): number | undefined {
  if (Number(value) <= MOST_HOPS) return Number(value) || undefined;
  throw new ConfigurationError(
    `${TRUST_PROXY.name} ${value} lets everybody say which address they come from: a number of hops is at most ${MOST_HOPS}.`,
  );
}

function isPlace(text: string): boolean {
  if (text.includes('/') && !ipaddr.isValidCIDR(text)) return false;
  const address = text.split('/', 1)[0] ?? '';
  return (
    ipaddr.IPv4.isValidFourPartDecimal(address) || (ipaddr.IPv6.isValid(address) && !address.includes('%'))
  );
}

/** Whether a range holds far more than anybody's proxies; IPv4 within IPv6 counts as IPv4. */
function isTooWide(proxy: string): boolean {
  if (!proxy.includes('/')) return false;
  const [address, prefix] = ipaddr.parseCIDR(proxy);
  if (!(address instanceof ipaddr.IPv6)) return prefix < LEAST_PREFIX.ipv4;
  if (prefix >= 96 && address.isIPv4MappedAddress()) return prefix - 96 < LEAST_PREFIX.ipv4;
  if (ipaddr.IPv6.parse('::ffff:0:0').match(address, prefix)) return true;
  const isPrivate = ['uniqueLocal', 'linkLocal'].includes(address.range());
  return prefix < (isPrivate ? LEAST_PRIVATE_PREFIX : LEAST_PREFIX.ipv6);
}
