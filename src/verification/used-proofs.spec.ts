import { describe, expect, it } from 'vitest';
import { UsedProofs } from './used-proofs.js';

const proof = (id: string, issuedAt = 1_000) => ({
  keyThumbprint: 'key',
  id,
  method: 'POST',
  uri: 'https://api.example/mcp',
  issuedAt,
});

describe('the proofs that were used', () => {
  it('are refused as long as their time makes them good, and forgotten then', () => {
    const used = new UsedProofs();
    expect(used.use(proof('a'), 1_000_000)).toBe(true);
    expect(used.use(proof('a'), 1_300_000)).toBe(false);
    expect(used.use({ ...proof('a'), keyThumbprint: 'other' }, 1_000_000)).toBe(true);
    expect(used.use(proof('b', 1_400), 1_301_000)).toBe(true);
    expect(used.size).toBe(1);
  });

  it('are no more than so many', () => {
    const used = new UsedProofs(3);
    for (const id of ['a', 'b', 'c', 'd']) expect(used.use(proof(id), 1_000_000)).toBe(true);
    expect(used.size).toBe(3);
    expect(used.use(proof('d'), 1_000_000)).toBe(false);
  });
});
