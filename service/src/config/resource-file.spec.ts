import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Environment } from './environment.js';
import { readResources } from './resource-file.js';

const FILES = {
  identifier: 'https://files.example.com/mcp',
  name: 'Files',
  scopes: { 'files:read': 'Read your files', 'files:write': 'Change them' },
  challengeScopes: ['files:read'],
  scopeHierarchy: { 'files:write': ['files:read'] },
  accessTokenExpiresIn: 300,
  signingAlgorithm: 'RS256',
  introspection: { clientId: 'files', clientSecret: 'x'.repeat(40), overlap: 60 },
  enabled: true,
};
const PAYROLL = { identifier: 'https://payroll.example.com/mcp', scopes: {} };

describe('the file of MCP_AUTH_RESOURCES', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-auth-resources-'));
    file = join(folder, 'resources.json');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (content: unknown) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return readResources(new Environment({ MCP_AUTH_RESOURCES: file }));
  };
  const complaint = (content: unknown) => {
    try {
      read(content);
      return 'none';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  it('lists MCP servers with all that can be said of one', () => {
    expect(read([PAYROLL, FILES])).toEqual([PAYROLL, FILES]);
    expect(read([])).toEqual([]);
  });

  /** For each member, what it must not be. */
  const WRONG: Record<keyof typeof FILES, unknown[]> = {
    identifier: [5, null, true, [], {}, '', 'files'],
    name: [5, null, true, [], {}, '', ' '],
    scopes: [5, null, true, [], 'files:read', { 'files:read': 5 }, { 'files:read': null }, { 'a b': 'x' }],
    challengeScopes: [5, null, true, {}, 'files:read', [5], [null], ['files:other']],
    scopeHierarchy: [5, null, true, [], 'files:read', { a: 'b' }, { a: null }, { a: [5] }],
    accessTokenExpiresIn: ['300', null, true, [], {}, 0, 1.5, 1e9],
    signingAlgorithm: [5, null, true, [], {}, 'HS256', 'none'],
    introspection: [
      5,
      null,
      true,
      [],
      'files',
      {},
      { clientId: 5, clientSecret: 'x'.repeat(40) },
      { clientId: 'files', clientSecret: 5 },
      { clientId: 'files', clientSecret: 'short' },
      { clientId: 'files', clientSecret: 'x'.repeat(40), overlap: '60' },
      { clientId: 'files', clientSecret: 'x'.repeat(40), overlap: null },
    ],
    enabled: [0, null, 'false', 'true', [], {}],
  };

  it.each(Object.entries(WRONG).flatMap(([name, values]) => values.map((value) => ({ name, value }))))(
    'stops the start with a sentence that names variable, file, line and member: $name = $value',
    ({ name, value }) => {
      const sentence = complaint([PAYROLL, { ...FILES, [name]: value }]);
      expect(sentence).toMatch(
        /^MCP_AUTH_RESOURCES \S+resources\.json, line [1-9]\d*, column \d+: [^\n]+\.$/,
      );
      expect(sentence).not.toMatch(/line 1,/);
      expect(sentence.toLowerCase()).toMatch(
        name === 'identifier'
          ? /identifier|resource/
          : name === 'challengeScopes'
            ? /challenge ?scope/
            : name === 'scopes'
              ? /scope/
              : new RegExp(name.toLowerCase()),
      );
    },
  );

  it.each<[string, unknown, string]>([
    ['a member that nobody knows', [{ ...FILES, challengescopes: [] }], 'challengescopes is none of'],
    ['no scopes', [{ identifier: FILES.identifier }], 'scopes'],
    ['no identifier', [{ scopes: {} }], 'identifier'],
    [
      'an entry that is text',
      ['https://files.example.com/mcp'],
      'a resource must be a mapping with identifier',
    ],
    ['an entry that is null', [null], 'a resource must be a mapping with identifier'],
    ['an entry that is a list', [[]], 'a resource must be a mapping with identifier'],
    ['an object in place of a list', FILES, 'a JSON array'],
    ['the same server twice', [FILES, FILES], 'twice'],
    ['no JSON', '[{', ''],
    ['nothing', '', 'a JSON array'],
  ])('stops the start: %s', (_, content, words) => {
    const sentence = complaint(content);
    expect(sentence).toMatch(/^MCP_AUTH_RESOURCES \S+resources\.json, line \d+, column \d+: [^\n]+\.$/);
    expect(sentence).toContain(words);
  });
});
