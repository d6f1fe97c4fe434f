import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { ForeignFetch } from '../clients/foreign-fetch.js';
import type { OAuthClient } from '../oauth/client.js';
import { ClientKeys } from './client-keys.js';

describe('the keys of a client at its jwks_uri (RFC 7591 §2)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  class FakeFetch extends ForeignFetch {
    readonly asked: string[] = [];
    keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }];

    override async json(url: string) {
      this.asked.push(url);
      return { content: { keys: this.keys }, status: 200, headers: {} };
    }
  }
  const client = { jwks: null, jwksUri: 'https://client.example/keys.json' } as OAuthClient;
  const assertion = (kid: string) =>
    new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);

  it('are fetched as strangers are, and kept', async () => {
    const foreign = new FakeFetch();
    const keys = new ClientKeys(foreign);
    for (let run = 0; run < 3; run++) {
      const found = keys.of({ ...client });
      if (!found) throw new Error('There are keys.');
      await jwtVerify(await assertion('one'), found);
    }
    expect(foreign.asked).toEqual([client.jwksUri]);
  });

  it('are not fetched again for every unknown id', async () => {
    const foreign = new FakeFetch();
    const found = new ClientKeys(foreign).of(client);
    if (!found) throw new Error('There are keys.');
    await jwtVerify(await assertion('one'), found);
    for (let run = 0; run < 5; run++)
      await expect(jwtVerify(await assertion('two'), found)).rejects.toThrow();
    expect(foreign.asked).toHaveLength(1);
  });

  it('are none for a client without', () => {
    expect(new ClientKeys(new FakeFetch()).of({ jwks: null, jwksUri: null } as OAuthClient)).toBeNull();
  });
});
