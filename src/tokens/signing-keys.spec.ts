import type { SigningAlgorithm } from '../oauth/signing-algorithm.js';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Clock } from '../host/clock.js';
import type { NewGeneration, SealedSigningKey, StoredSigningKey } from '../persistence/signing-key.store.js';
import { KeyVault } from './key-vault.js';
import { Secrets } from './secrets.js';
import { SigningKeys } from './signing-keys.js';

const [A, B, C] = [randomBytes(32), randomBytes(32), randomBytes(32)];

class MovableClock extends Clock {
  offset = 0;
  override now = () => 1_800_000_000_000 + this.offset;
}

/** The rows of the table, and how often they were read. */
class Rows {
  rows: StoredSigningKey[] = [];
  readings = 0;
  failure: Error | null = null;

  async list() {
    this.readings += 1;
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.failure) throw this.failure;
    return this.rows.toSorted((a, b) => b.generation - a.generation);
  }
  async insert(key: SealedSigningKey, { generation, activatesAt }: NewGeneration) {
    this.rows.push({ ...key, generation, activatesAt, expiresAt: null, sealFormat: 1 });
  }
  async reseal({ kid }: SealedSigningKey, sealedPrivateKey: Buffer) {
    this.rows = this.rows.map((row) => (row.kid === kid ? { ...row, sealedPrivateKey } : row));
  }
  async prune() {}
  async replace() {
    return null;
  }
  async end() {}
}

async function load(keys: SigningKeys, algorithms: readonly SigningAlgorithm[]): Promise<void> {
  await keys.open();
  await keys.complete(algorithms);
}

describe('SigningKeys', () => {
  const clock = new MovableClock();
  const replica = (rows: Rows, ...secrets: Buffer[]) =>
    new SigningKeys(rows as never, new KeyVault(new Secrets(secrets)), clock);
  const started = async (rows = new Rows()) => {
    const keys = replica(rows, A);
    await load(keys, ['ES256']);
    return keys;
  };
  /** A key that another replica stores. */
  const add = async (rows: Rows, generation: number, activatesAt: number, ...secrets: Buffer[]) => {
    const key = await new KeyVault(new Secrets(secrets)).make('ES256');
    const dates = { createdAt: new Date(), predecessorExpiresAt: new Date() };
    await rows.insert(key, { generation, activatesAt: new Date(activatesAt), ...dates });
    return key.kid;
  };

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'publishes the public half of the %s key alone (RFC 7517 §5)',
    async (alg) => {
      const keys = replica(new Rows(), A);
      await load(keys, [alg]);
      const [jwk] = keys.jwks().keys;
      expect(jwk).toMatchObject({ alg, use: 'sig', kid: keys.signing(alg).kid });
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
        expect(jwk).not.toHaveProperty(member);
    },
  );

  it('answers the same JWKS object until the keys change', async () => {
    const rows = new Rows();
    const keys = await started(rows);
    const published = keys.jwks();
    await keys.refresh();
    expect(keys.jwks()).toBe(published);
    await add(rows, 2, clock.now() + 60_000, A);
    await keys.refresh();
    expect(keys.jwks()).not.toBe(published);
    expect(keys.jwks().keys).toHaveLength(2);
  });

  it('signs with the newest key whose time has come, and with what there is when none has', async () => {
    const rows = new Rows();
    const first = await add(rows, 1, clock.now() + 1_000, A);
    const keys = await started(rows);
    expect(keys.signing('ES256').kid).toBe(first);
    const second = await add(rows, 2, clock.now() + 60_000, A);
    await keys.refresh();
    expect(keys.signing('ES256').kid).toBe(first);
    clock.offset += 60_000;
    expect(keys.signing('ES256').kid).toBe(second);
    expect(() => keys.signing('PS256')).toThrow('There is no signing key for PS256.');
  });

  it('reads the keys again for an id it does not know, once for all who ask meanwhile', async () => {
    const rows = new Rows();
    const keys = await started(rows);
    const kid = await add(rows, 2, clock.now(), A);
    const before = rows.readings;
    const unknown = Array.from({ length: 500 }, () => randomBytes(12).toString('base64url'));
    const found = await Promise.all([kid, ...unknown].map(async (id) => keys.find(id)));
    expect(found.filter(Boolean).map((key) => key?.kid)).toEqual([kid]);
    expect(rows.readings).toBe(before + 1);
    expect(await keys.find('no id of ours')).toBeNull();
    expect(rows.readings).toBe(before + 1);
  });

  it('finds a key that was stored while another reading was under way', async () => {
    const rows = new Rows();
    const keys = await started(rows);
    await keys.find(randomBytes(12).toString('base64url'));
    const kids = [await add(rows, 2, clock.now(), A), await add(rows, 3, clock.now(), A)];
    for (const kid of kids) expect(await keys.find(kid)).toMatchObject({ kid });
  });

  it('knows nothing of an unknown key while the keys cannot be read, and goes on afterwards', async () => {
    const rows = new Rows();
    const keys = await started(rows);
    const { kid } = keys.signing('ES256');
    rows.failure = new Error('away');
    await expect(async () => keys.find(randomBytes(12).toString('base64url'))).rejects.toThrow('away');
    expect(keys.find(kid)).toMatchObject({ kid });
    rows.failure = null;
    expect(await keys.find(await add(rows, 2, clock.now(), A))).not.toBeNull();
  });

  it('seals its keys again under the first secret, so that the older one can go', async () => {
    const rows = new Rows();
    const { kid } = (await started(rows)).signing('ES256');
    for (const secrets of [[B, A], [B]]) {
      const keys = replica(rows, ...secrets);
      await load(keys, ['ES256']);
      expect(keys.signing('ES256').kid).toBe(kid);
    }
    await expect(load(replica(rows, A), ['ES256'])).rejects.toThrow(
      'The signing keys in the database were sealed under another secret: set MCP_AUTH_SECRET to the one this database was started with.',
    );
  });

  it('says so when a later version has sealed a key in a form of its own, and goes on with the others', async () => {
    const rows = new Rows();
    const running = await started(rows);
    const { kid } = running.signing('ES256');
    await add(rows, 2, clock.now(), A);
    rows.rows = rows.rows.map((row) => ({ ...row, sealFormat: row.generation }));
    const before = [...rows.rows];
    await expect(load(replica(rows, A), ['ES256', 'RS256'])).rejects.toThrow(
      'The signing keys in the database were sealed by a later version, in a form that this one does not know: start that version.',
    );
    expect(rows.rows).toEqual(before);
    await running.refresh();
    expect(running.signing('ES256').kid).toBe(kid);
  });

  it('changes nothing when it starts with a secret that opens nothing', async () => {
    const rows = new Rows();
    await started(rows);
    const before = [...rows.rows];
    await expect(load(replica(rows, C), ['ES256', 'RS256'])).rejects.toThrow('set MCP_AUTH_SECRET');
    expect(rows.rows).toEqual(before);
  });

  it('goes on with the keys it has opened when another replica seals them under a newer secret', async () => {
    const rows = new Rows();
    const keys = await started(rows);
    const { kid } = keys.signing('ES256');
    await load(replica(rows, B, A), ['ES256']);
    await add(rows, 2, clock.now(), B);
    await keys.refresh();
    expect(keys.signing('ES256').kid).toBe(kid);
    expect(keys.jwks().keys).toHaveLength(1);
  });
});

describe('Secrets', () => {
  it('verifies a MAC made under any of them, and makes it under the first', () => {
    const [old, both, fresh] = [new Secrets([A]), new Secrets([B, A]), new Secrets([B])];
    const mac = old.authenticate('form', 'message');
    expect(both.verify('form', 'message', mac)).toBe(true);
    expect(fresh.verify('form', 'message', mac)).toBe(false);
    expect(fresh.verify('form', 'message', both.authenticate('form', 'message'))).toBe(true);
    for (const [purpose, message, presented] of [
      ['other', 'message', mac],
      ['form', 'other', mac],
      ['form', 'message', ''],
      ['form', 'message', `${mac}=`],
    ] as const)
      expect(both.verify(purpose, message, presented)).toBe(false);
  });
});
