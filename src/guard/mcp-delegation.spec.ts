import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../host/clock.js';
import {
  InvalidClientError,
  InvalidRequestError,
  InvalidTargetError,
  OAuthError,
  TemporarilyUnavailableError,
  TooManyRequestsError,
} from '../oauth/errors.js';
import type { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { INVALID_TOKEN } from '../verification/invalid-token.error.js';
import type { VerifiedAccessToken } from '../verification/verified-access-token.js';
import { type DelegationRequest, DelegationSource } from './delegation-source.js';
import { McpDelegation } from './mcp-delegation.js';
import { TokenSession } from './token-session.js';

const [NOTES, FILES] = ['https://notes.example/mcp', 'https://files.example/mcp'];
const HOUR = 3_600_000;

class FixedClock extends Clock {
  time = 1_800_000_000_000;
  override now(): number {
    return this.time;
  }
}

describe('McpDelegation (RFC 8693)', () => {
  let clock: FixedClock;
  let asked: DelegationRequest[];
  let revoked: string[];
  /** Milliseconds. */
  let lifetime: number;
  let failure: Error | null;
  let delegation: McpDelegation;

  class Source extends DelegationSource {
    async exchange(request: DelegationRequest) {
      asked.push(request);
      await Promise.resolve();
      if (failure) throw failure;
      return { token: `token ${asked.length}`, expiresAt: clock.time + lifetime };
    }
  }
  const verify = async (token: string) => {
    if (revoked.includes(token)) throw INVALID_TOKEN.revoked;
  };

  beforeEach(() => {
    [asked, revoked, lifetime, failure] = [[], [], HOUR / 2, null];
    clock = new FixedClock();
    delegation = new McpDelegation(new Source(), { verify } as unknown as AccessTokenVerifier, clock);
  });

  const session = (token = 'subject') => {
    const verified = {
      tokenId: 'the same',
      resource: NOTES,
      issuedAt: clock.time,
      expiresAt: clock.time + HOUR,
    } as VerifiedAccessToken;
    return new TokenSession(verified, token, { signal: () => new AbortController().signal });
  };

  it('exchanges the token of the session for one of the other server', async () => {
    expect(await delegation.tokenFor(session(), FILES, ['files:read'])).toBe('token 1');
    expect(asked).toEqual([
      { from: NOTES, subjectToken: 'subject', resource: FILES, scopes: ['files:read'] },
    ]);
  });

  it('keeps it for the same session, server and scopes, and for no other', async () => {
    const held = session();
    const tokens = [
      await delegation.tokenFor(held, FILES, ['a', 'b']),
      await delegation.tokenFor(held, FILES, ['b', 'a']),
      await delegation.tokenFor(held, FILES),
      await delegation.tokenFor(held, NOTES),
      await delegation.tokenFor(session('another'), FILES, ['a', 'b']),
    ];
    expect(tokens).toEqual(['token 1', 'token 1', 'token 2', 'token 3', 'token 4']);
  });

  it('shares one exchange among calls that ask at once, a failing one too', async () => {
    const held = session();
    const ask = () => Promise.allSettled([1, 2, 3].map(() => delegation.tokenFor(held, FILES)));
    failure = new TemporarilyUnavailableError();
    expect((await ask()).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked).toHaveLength(1);
    failure = null;
    expect(await ask()).toEqual([1, 2, 3].map(() => ({ status: 'fulfilled', value: 'token 2' })));
    expect(asked).toHaveLength(2);
  });

  it('exchanges again shortly before the end, and when it was revoked', async () => {
    const held = session();
    await delegation.tokenFor(held, FILES);
    clock.time += HOUR / 2 - 30_001;
    expect(await delegation.tokenFor(held, FILES)).toBe('token 1');
    clock.time += 1;
    expect(await delegation.tokenFor(held, FILES)).toBe('token 2');
    revoked.push('token 2');
    expect(await delegation.tokenFor(held, FILES)).toBe('token 3');
  });

  it('keeps one that ends with its session to the end: another would, too', async () => {
    const held = session();
    lifetime = HOUR;
    await delegation.tokenFor(held, FILES);
    clock.time += HOUR - 1;
    expect(await delegation.tokenFor(held, FILES)).toBe('token 1');
    clock.time += 1;
    expect(await delegation.tokenFor(held, FILES)).toBe('token 2');
  });

  it.each<[string, Error, number | null, string]>([
    ['a server that may not call the other one', new InvalidTargetError('No.'), 403, 'access_denied'],
    ['a session that is over', new InvalidRequestError('No.'), 403, 'access_denied'],
    ['a server that asks too often', new TooManyRequestsError(5), 503, 'temporarily_unavailable'],
    ['an issuer that is away', new TemporarilyUnavailableError(), 503, 'temporarily_unavailable'],
    [
      'credentials that are wrong',
      new InvalidClientError(),
      null,
      'credentials of https://notes.example/mcp',
    ],
  ])('tells the handler of %s, and never answers 401 for it', async (_, error, status, text) => {
    failure = error;
    const thrown: unknown = await delegation.tokenFor(session(), FILES).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ cause: error });
    if (status === null) expect(String(thrown)).toContain(text);
    else expect([(thrown as OAuthError).getStatus(), (thrown as OAuthError).error]).toEqual([status, text]);
    expect(thrown instanceof OAuthError).toBe(status !== null);
  });

  it('refuses what is no session', async () => {
    await expect(delegation.tokenFor({} as TokenSession, FILES)).rejects.toThrow('@McpSession()');
  });
});
