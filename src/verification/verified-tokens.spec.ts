import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { VerifiedAccessToken } from './verified-access-token.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Bytes that the cache counts for one of these. */
const ONE = 600;

const id = (kind: string, number: number) =>
  createHash('sha256').update(`${kind}${number}`).digest('base64url');
const token = (number: number, signature = 'signature') => `header.${id('claims', number)}.${signature}`;
const verified = (number: number, overrides: Partial<VerifiedAccessToken> = {}): VerifiedAccessToken => ({
  tokenId: id('token', number),
  grantId: id('grant', number).slice(0, 36),
  userId: id('user', number).slice(0, 36),
  clientId: id('client', number % 50),
  resource: 'https://api.example.com/mcp',
  keyId: id('key', 1),
  issuedAt: 1_764_000_000_000 + number,
  expiresAt: 1_764_003_600_000,
  scopes: ['files:read', 'files:write'],
  status: { idx: number, uri: 'https://auth.example.com/status-lists/0' },
  confirmation: null,
  actor: null,
  delegatedFrom: [],
  ...overrides,
});

describe('the cache of verified tokens', () => {
  const filled = (count: number, tokens = new VerifiedTokens(count * ONE)) => {
    for (let number = 0; number < count; number++) tokens.add(token(number), verified(number), 0);
    return tokens;
  };
  const isHit = (tokens: VerifiedTokens, number: number) => {
    const known = tokens.get(token(number));
    if (!known) tokens.add(token(number), verified(number), 0);
    return known !== undefined;
  };

  it('gives back what it was given', () => {
    const tokens = filled(3);
    expect(tokens.get(token(1))).toMatchObject({ ...verified(1) });
    expect(tokens.get(token(3))).toBeUndefined();
  });

  it('holds 50,000 tokens of as many people and clients', () => {
    const tokens = new VerifiedTokens();
    for (let number = 0; number < 50_000; number++)
      tokens.add(token(number), verified(number, { clientId: id('client', number) }), 0);
    expect(tokens.size).toBe(50_000);
  });

  it('is bounded by bytes, those of long claims too', () => {
    const tokens = new VerifiedTokens(1_000 * ONE);
    for (let number = 0; number < 2_000; number++) {
      const long = { scopes: [`${number}${'x'.repeat(4_000)}`], actor: { sub: 'y'.repeat(2_000) } };
      tokens.add(token(number), verified(number, long), 0);
    }
    expect(tokens.size).toBeLessThan(60);
  });

  it('hits nearly always when one token more than it holds goes round', () => {
    const tokens = filled(1_000);
    const size = tokens.size + 1;
    let hits = 0;
    for (let call = 0; call < 10 * size; call++) if (isHit(tokens, call % size)) hits += 1;
    expect(hits / (10 * size)).toBeGreaterThan(0.9);
  });

  it('hits for what it holds when twice as many go round', () => {
    const tokens = filled(1_000);
    let hits = 0;
    for (let call = 0; call < 20_000; call++) if (isHit(tokens, call % 2_000)) hits += 1;
    expect(hits / 20_000).toBeGreaterThan(0.4);
  });

  it('is not emptied by tokens that come once', () => {
    const tokens = filled(1_000);
    for (let number = 10_000; number < 12_000; number++) isHit(tokens, number);
    const left = Array.from({ length: 1_000 }, (_, number) => tokens.get(token(number))).filter(Boolean);
    expect(left.length).toBeGreaterThan(700);
  });

  it('takes every newcomer once what it holds has expired', () => {
    const tokens = filled(1_000);
    const later = 1_764_003_600_001;
    for (let number = 2_000; number < 2_500; number++) tokens.add(token(number), verified(number), later);
    const held = Array.from({ length: 500 }, (_, number) => tokens.get(token(2_000 + number)));
    expect(held.every(Boolean)).toBe(true);
  });

  it('knows a token in one spelling, and none that differs in a character of it', () => {
    const known = token(1, 's'.repeat(86));
    const tokens = new VerifiedTokens();
    tokens.add(known, verified(1), 0);
    expect(tokens.get(`Bearer ${known}`.slice('Bearer '.length))).toMatchObject({
      userId: verified(1).userId,
    });
    for (let at = 0; at < known.length; at++)
      expect(tokens.get(`${known.slice(0, at)}x${known.slice(at + 1)}`)).toBeUndefined();
    for (const other of [`${known}s`, known.slice(0, -1), known.slice(1), `h${known}`, known.slice(-86)])
      expect(tokens.get(other)).toBeUndefined();
  });

  it('shows no token to whoever logs what one proves', () => {
    const tokens = filled(1, new VerifiedTokens());
    const known = tokens.get(token(0));
    expect(inspect(known, { depth: 9, showHidden: true }) + JSON.stringify(known)).not.toContain(token(0));
  });

  it('has one place for a token, whatever its signature', () => {
    const tokens = filled(10, new VerifiedTokens());
    expect(tokens.get(token(1, 'twin'))).toBeUndefined();
    for (let twin = 0; twin < 100; twin++) tokens.add(token(1, `twin${twin}`), verified(1), 0);
    expect(tokens.size).toBe(10);
  });
});
