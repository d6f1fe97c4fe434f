import { describe, expect, it } from 'vitest';
import { readGroupName, writeGroupName } from './group-names.js';
import type { OidcProviderConfig } from './oidc-provider.js';

const provider = (id: string, source = false) => ({ id, source }) as OidcProviderConfig;
const PROVIDERS = [provider('sso'), provider('partner')];
const DN = 'CN=Finance, Board,OU=Groups,DC=example,DC=com';

describe('the name of a group in a rule', () => {
  it.each<[string, readonly OidcProviderConfig[], string | null, string]>([
    ['finance', PROVIDERS, 'sso', 'finance'],
    ['finance', [provider('a'), provider('b')], 'a', 'finance'],
    ['finance', [provider('a'), provider('b', true)], 'b', 'finance'],
    ['finance', [provider('sso'), provider('b', true)], 'b', 'finance'],
    ['finance', [], null, 'finance'],
    ['partner:finance', PROVIDERS, 'partner', 'finance'],
    ['partner:sso:finance', PROVIDERS, 'partner', 'sso:finance'],
    ['sso:finance', PROVIDERS, 'sso', 'finance'],
    ['sso:partner:finance', PROVIDERS, 'sso', 'partner:finance'],
    ['Partner:finance', PROVIDERS, 'sso', 'Partner:finance'],
    ['other:finance', PROVIDERS, 'sso', 'other:finance'],
    ['urn:example:group:7', PROVIDERS, 'sso', 'urn:example:group:7'],
    [':finance', PROVIDERS, 'sso', ':finance'],
    ['partner', PROVIDERS, 'sso', 'partner'],
    ['partner: finance', PROVIDERS, 'partner', ' finance'],
    [DN, PROVIDERS, 'sso', DN],
    [`partner:${DN}`, PROVIDERS, 'partner', DN],
  ])('%j is with %j of %s: %j', (name, providers, id, group) => {
    const read = readGroupName(name, providers);
    expect([read.provider?.id ?? null, read.group]).toEqual([id, group]);
  });

  it.each([
    ['finance', 'sso', 'finance'],
    ['finance', 'partner', 'partner:finance'],
    ['partner:finance', 'sso', 'sso:partner:finance'],
    ['urn:x', 'sso', 'urn:x'],
    ['sso:x', 'partner', 'partner:sso:x'],
  ])('%j of %s is written %j, and read as that', (group, id, name) => {
    expect(writeGroupName(group, id, PROVIDERS)).toBe(name);
    const read = readGroupName(name, PROVIDERS);
    expect([read.provider?.id, read.group]).toEqual([id, group]);
  });
});
