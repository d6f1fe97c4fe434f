import { describe, expect, it } from 'vitest';
import { authorityOver, proves, speaksFor } from './address-authority.js';

const company = { issuer: 'https://idp.example', domains: ['example.com'] };
const anybody = { issuer: 'https://social.example', domains: [] };

describe('who may say whose an address is', () => {
  it.each([
    ['alice@example.com', true],
    ['alice@other.example', false],
    ['alice@sub.example.com', false],
    ['alice@other.example@example.com', false],
    ['alice@example.com@other.example', false],
    ['example.com', false],
    ['', false],
  ])('is the provider of its domain, and of one that can be read in one way: %s', (email, speaks) => {
    expect(speaksFor(company, email)).toBe(speaks);
    expect(authorityOver(email, anybody, [company])).toBe(speaks ? company : undefined);
  });

  it.each([
    ['alice@other.example', true],
    ['alice@example.com', false],
    ['alice@other.example@example.com', false],
    ['other.example', false],
  ])(
    'is a provider without domains where no other has it, of an address that is one: %s',
    (email, proven) => {
      expect(proves({ email, emailVerified: true }, anybody, [company])).toBe(proven);
      expect(proves({ email, emailVerified: false }, anybody, [company])).toBe(false);
    },
  );
});
