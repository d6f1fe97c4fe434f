import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { KeySets } from '../assertions/key-sets.js';
import { FetchBudget } from '../fetching/fetch-budget.js';
import { ForeignFetch, ForeignFetchError } from '../fetching/foreign-fetch.js';
import { Clock } from '../host/clock.js';
import type { OAuthClient } from '../oauth/client.js';
import { ClientKeys } from './client-keys.js';

describe('the keys of a client at its jwks_uri (RFC 7591 §2)', () => {
  const one = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const two = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  class FakeFetch extends ForeignFetch {
    readonly asked: string[] = [];
    content: unknown = { keys: [{ ...one.publicKey.export({ format: 'jwk' }), kid: 'one' }] };
    isAway = false;

    override async json(url: string) {
      this.asked.push(url);
      if (this.isAway) throw new ForeignFetchError('unreachable', 'It cannot be reached.');
      return { content: this.content, status: 200, headers: {} };
    }
  }
  class FakeClock extends Clock {
    time = 1_000_000;

    override now() {
      return this.time;
    }
  }
  const client = { jwks: null, jwksUri: 'https://client.example/keys.json' } as OAuthClient;
  const start = () => {
    const foreign = new FakeFetch();
    const clock = new FakeClock();
    const keys = new ClientKeys(new KeySets(foreign, new FetchBudget(), clock));
    const verify = async (kid: string, { privateKey } = one) => {
      const found = keys.of({ ...client });
      if (!found) throw new Error('There are keys.');
      const assertion = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
      return jwtVerify(assertion, found);
    };
    return { foreign, clock, verify };
  };

  it('are fetched as strangers are, and kept for ten minutes', async () => {
    const { foreign, clock, verify } = start();
    for (let run = 0; run < 3; run++) await verify('one');
    expect(foreign.asked).toEqual([client.jwksUri]);
    clock.time += 600_000;
    await verify('one');
    expect(foreign.asked).toHaveLength(2);
  });

  it('are not fetched again for every unknown id', async () => {
    const { foreign, clock, verify } = start();
    await verify('one');
    for (let run = 0; run < 5; run++) await expect(verify('two')).rejects.toThrow('no applicable key');
    expect(foreign.asked).toHaveLength(1);
    foreign.content = { keys: [{ ...two.publicKey.export({ format: 'jwk' }), kid: 'two' }] };
    clock.time += 30_000;
    await verify('two', two);
    expect(foreign.asked).toHaveLength(2);
  });

  it('do not outlive their ten minutes while they cannot be reached, and are not asked for at once again', async () => {
    const { foreign, clock, verify } = start();
    await verify('one');
    foreign.isAway = true;
    clock.time += 600_000;
    for (let run = 0; run < 3; run++)
      await expect(verify('one')).rejects.toMatchObject({ failure: 'unreachable' });
    expect(foreign.asked).toHaveLength(2);
    foreign.isAway = false;
    clock.time += 10_000;
    await verify('one');
  });

  it.each([null, [], 'keys', {}, { keys: {} }, { keys: [1] }])('are none in %j', async (content) => {
    const { foreign, verify } = start();
    foreign.content = content;
    await expect(verify('one')).rejects.toMatchObject({ failure: 'wrong' });
  });

  it('are none for a client without', () => {
    const keys = new ClientKeys(new KeySets(new FakeFetch(), new FetchBudget(), new FakeClock()));
    expect(keys.of({ jwks: null, jwksUri: null } as OAuthClient)).toBeNull();
  });
});
