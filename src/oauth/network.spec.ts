import { describe, expect, it } from 'vitest';
import { network, SITE } from './network.js';

describe('the network that an address counts as', () => {
  it.each([
    ['192.0.2.7', '::ffff:192.0.2.7'],
    ['192.0.2.7', '::ffff:c000:207'],
    ['2001:db8::1', '2001:db8:0:0:ffff::2'],
    ['2001:db8::1', '2001:0DB8:0000:0000::9%eth0'],
    ['::1', '::2'],
    ['192.0.2.7', '192.0.2.7:50412'],
    ['192.0.2.7', '[::ffff:192.0.2.7]:443'],
    ['2001:db8::1', '[2001:db8::1]'],
    ['2001:db8::1', '[2001:DB8::2]:50412'],
    ['2001:db8::1', '[2001:db8::2%eth0]:1'],
  ])('is one for %s and %s', (one, other) => {
    expect(network(one)).toBe(network(other));
  });

  it.each([
    ['192.0.2.7', '192.0.2.8'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['2001:db8::1', '2001:db9::1'],
    ['192.0.2.7:1', '192.0.2.8:1'],
    ['[2001:db8::1]:1', '[2001:db8:0:1::1]:1'],
    ['', 'unknown'],
  ])('is another for %s and %s', (one, other) => {
    expect(network(one)).not.toBe(network(other));
  });

  it('is larger for what costs much: all that one customer has (RFC 6177 §2)', () => {
    expect(network('2001:db8:1:1::1', SITE)).toBe(network('2001:db8:1:ffff::2', SITE));
    expect(network('2001:db8:1:1::1', SITE)).not.toBe(network('2001:db8:2:1::1', SITE));
    expect(network('::ffff:192.0.2.7', SITE)).toBe('192.0.2.7');
  });
});
