import { afterEach, describe, expect, it } from 'vitest';
import { Session } from '../src/people/entities/session.entity.js';
import { readConfig } from '../src/config/service-config.js';
import { Browser } from '../../test/support/browser.js';
import { ADMINISTRATOR, fillSignIn, startStandalone, type Standalone } from './support/standalone.js';

/** A browser behind something that says where it comes from. */
class ForwardedBrowser extends Browser {
  constructor(private readonly forwardedFor: string) {
    super();
  }

  override request(url: string, init: RequestInit = {}) {
    return super.request(url, {
      ...init,
      headers: { ...(init.headers as object), 'x-forwarded-for': this.forwardedFor },
    });
  }
}

describe('the address of a client', () => {
  let service: Standalone;
  afterEach(() => service.close());

  const addressOf = async (trusted: string | undefined, forwardedFor: string) => {
    service = await startStandalone({ MCP_AUTH_TRUST_PROXY: trusted });
    const browser = new ForwardedBrowser(forwardedFor);
    const page = await browser.get(`${service.issuer}/sign-in`);
    await fillSignIn(browser, page, ADMINISTRATOR.email, ADMINISTRATOR.password);
    const [session] = await service.dataSource.getRepository(Session).find();
    return session?.ipAddress;
  };
  const LOOPBACK = /^(::1|(::ffff:)?127\.0\.0\.1)$/;

  it.each([undefined, '10.0.0.0/8', 'uniquelocal'])(
    'is not what a peer says that is none of the proxies of %j',
    async (trusted) => {
      expect(await addressOf(trusted, '192.0.2.7')).toMatch(LOOPBACK);
    },
  );

  it.each(['loopback', '127.0.0.0/8, ::1', '1'])('is what the proxies of %j say', async (trusted) => {
    expect(await addressOf(trusted, '192.0.2.7')).toBe('192.0.2.7');
  });

  it('is the last one that no trusted proxy vouches for, whatever stands before it', async () => {
    expect(await addressOf('loopback,10.0.0.0/8', '203.0.113.1, 192.0.2.7, 10.1.2.3')).toBe('192.0.2.7');
  });
});

describe('MCP_AUTH_TRUST_PROXY', () => {
  const REMOTE = { MCP_AUTH_ISSUER: 'https://auth.example.com' };
  const read = (MCP_AUTH_TRUST_PROXY: string, more: NodeJS.ProcessEnv = REMOTE) =>
    readConfig({ ...more, MCP_AUTH_TRUST_PROXY }).trustProxy;

  it('takes hops, addresses, ranges and names', () => {
    expect(read('2')).toBe(2);
    expect(read('10.0.0.0/8, 192.0.2.1,fd00::/8,loopback')).toEqual([
      '10.0.0.0/8',
      '192.0.2.1',
      'fd00::/8',
      'loopback',
    ]);
    expect([read('false'), read('0')]).toEqual([undefined, undefined]);
    expect(read('true', {})).toBe(true);
  });

  it.each(['proxy.example.com', '10.0.0.0/33', '10.0.0', '0x7f000001', 'fe80::1%eth0', 'loopback,', '1.5'])(
    'refuses %j',
    (text) => {
      expect(() => read(text)).toThrow('MCP_AUTH_TRUST_PROXY must be addresses, ranges such as');
    },
  );

  it.each(['true', '0.0.0.0/0', '10.0.0.1,::/0'])('refuses to trust everybody by %j', (text) => {
    expect(() => read(text)).toThrow('lets everybody say which address they come from');
  });
});
