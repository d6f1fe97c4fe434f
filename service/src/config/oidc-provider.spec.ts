import { describe, expect, it } from 'vitest';
import { defaultHostedDomain, isSameIssuer, issuerProblem } from './oidc-provider.js';

describe('an issuer', () => {
  it.each([
    'https://accounts.google.com',
    'https://accounts.google.com/',
    'https://Accounts.Google.com',
    'HTTPS://accounts.google.com',
    'https://accounts.google.com:443',
    'https://accounts.google.com.',
    'https://accounts.google.com//',
  ])('is Google, whose companies count, as %s', (issuer) => {
    expect(defaultHostedDomain(issuer)).toBe('required');
  });

  it.each([
    'https://accounts.google.com.evil.example',
    'https://accounts.google.com/other',
    'https://accounts.google.com:8443',
    'https://accounts-google.com',
    'https://accounts.googl\u0435.com',
  ])('is not Google as %s', (issuer) => {
    expect(defaultHostedDomain(issuer)).toBe('optional');
  });

  it.each([
    ['https://login.example.com', 'https://login.example.com/', true],
    ['https://login.example.com/a', 'https://LOGIN.example.com/a/', true],
    ['https://login.example.com/a', 'https://login.example.com/A', true],
    ['https://login.example.com', 'https://login.example.com:443', true],
    ['https://login.example.com/a', 'https://login.example.com/%61', true],
    ['https://login.example.com/a', 'https://login.example.com/b', false],
    ['https://login.example.com', 'https://login.example.com:444', false],
    ['https://login.example.com', 'https://login2.example.com', false],
  ])('%s beside %s: one provider: %s', (one, other, same) => {
    expect(isSameIssuer(one, other)).toBe(same);
  });

  it.each([
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com./common',
    'https://LOGIN.microsoftonline.com:443/Organizations/v2.0',
    'https://login.microsoftonline.com//consumers',
    'https://login.microsoftonline.com/%63ommon/v2.0',
  ])('is not every tenant, as %s', (issuer) => {
    expect(issuerProblem(issuer)).toContain('your own tenant');
  });
});
