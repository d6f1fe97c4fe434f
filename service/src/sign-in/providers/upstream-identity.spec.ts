import { describe, expect, it } from 'vitest';
import { asciiLowerCase } from '../../config/ascii-lower-case.js';
import { normaliseEmail } from '../../people/users.js';
import { readIdentity } from './upstream-identity.js';

const read = (claims: object) => readIdentity('https://login.example', { sub: 'ada', ...claims }, 'groups');

describe('an identity', () => {
  it.each([
    ['ada'],
    ['ada\u00a0'],
    ['\u00a0ada'],
    [' ada'],
    ['ada\t'],
    ['\ufeffada'],
    ['Ada'],
    ['\u212a'],
    ['K'],
    ['\u00e9'],
    ['e\u0301'],
    ['ﬁ'],
  ])('has the subject %j, character by character', (sub) => {
    expect(read({ sub })?.subject).toBe(sub);
    expect(read({ groups: [sub] })?.groups).toEqual([sub]);
    expect(read({ groups: sub })?.groups).toEqual([sub]);
  });

  it.each([[''], ['a\0'], ['\ud800'], ['x'.repeat(256)], [7], [null]])(
    'is none with the subject %j',
    (sub) => {
      expect(read({ sub })).toBeNull();
    },
  );

  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['\u212aim@example.com', '\u212aim@example.com'],
    ['ada@e\u017fample.com', 'ada@e\u017fample.com'],
    ['\u0130da@example.com', '\u0130da@example.com'],
    ['\u00c5sa@example.com', '\u00c5sa@example.com'],
  ])('has for the address %j %j, and nothing that looks like it', (email, kept) => {
    expect(read({ email })?.email).toBe(kept);
    expect(normaliseEmail(email)).toBe(kept);
    expect(asciiLowerCase(email)).toBe(kept);
  });

  it.each([
    'ada@example.com\u00a0',
    ' ada@example.com',
    'ada@exam\u00adple.com',
    'ada\u2028@example.com',
    'ada',
  ])('has no address as %j', (email) => {
    expect(read({ email })?.email).toBeNull();
  });

  it.each([
    ['Example.COM', 'example.com'],
    ['\u212aey.example', '\u212aey.example'],
    ['example.com ', 'example.com '],
  ])('is of the company %j as %j', (hd, company) => {
    expect(read({ hd })?.hostedDomain).toBe(company);
  });

  it('is typed with blanks around the address, and with no other sign', () => {
    expect(normaliseEmail(' Ada@example.com\n')).toBe('ada@example.com');
    expect(normaliseEmail('ada@example.com\u00a0')).toBe('ada@example.com\u00a0');
  });
});
