import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Environment } from './environment.js';
import { readPolicyFile } from './policy-file.js';

const FILES = 'https://files.example.com/mcp';
const OTHER = 'https://other.example.com/mcp';
const SECRET = 'a secret of the partners';

describe('a policy file', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-auth-policy-'));
    file = join(folder, 'policy.yaml');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(file, text);
    return readPolicyFile(file, [FILES], new Environment({ PARTNERS_SECRET: SECRET }));
  };
  const rule = `rules:\n  - name: A\n    groups: [a]\n    server: ${FILES}\n    scopes: [x]\n`;

  it('says who may do what', () => {
    const text = `${rule}    clients: [https://claude.ai/]\n  - {name: B, groups: everyone, server: '${FILES}', scopes: all}\nclients:\n  mode: allow-list\n  allowed: [https://claude.ai/]\n`;
    expect(read(text).policy).toEqual({
      rules: [
        { name: 'A', groups: ['a'], resource: FILES, scopes: ['x'], clients: ['https://claude.ai/'] },
        { name: 'B', groups: 'everyone', resource: FILES, scopes: 'all', clients: 'any' },
      ],
      clients: { mode: 'allow-list', allowed: ['https://claude.ai/'], trusted: [] },
    });
  });

  it.each(['', '# nothing\n', '{}', 'providers: []'])(
    'leaves the rules to the database without `rules`: %j',
    (text) => {
      expect(read(text)).toEqual({ policy: null, providers: [] });
    },
  );

  it.each(['rules: []', 'rules: []\nclients: {}'])('may allow nothing: %j', (text) => {
    expect(read(text).policy).toEqual({ rules: [], clients: { mode: 'open', allowed: [], trusted: [] } });
  });

  it.each<[string, string, string]>([
    ['rules: [', 'line 1', 'Flow sequence'],
    ['rules:\n\t- x', 'line 2, column 1', 'Tabs'],
    ['rules: {}\nrules: {}', 'line 2', 'keys must be unique'],
    ['- a', 'line 1, column 1', 'the file must be a mapping with rules, clients, providers'],
    ['text', 'line 1, column 1', 'the file must be a mapping'],
    ['rules: x', 'line 1, column 8', 'rules must be a list'],
    ['rules:\n  - x', 'line 2, column 5', 'an entry of rules must be a mapping'],
    ['rule: []', 'line 1, column 7', 'rule is none of rules, clients, providers'],
    [rule.replace('name: A', 'nam: A'), 'line 2, column 10', 'nam is none of name, groups'],
    [rule.replace('name: A', "name: ''"), 'line 2, column 11', 'name must be text'],
    [rule.replace('[a]', 'all'), 'line 3, column 13', 'groups must be a list'],
    [rule.replace('[a]', '[]'), 'line 3, column 13', 'groups must not be empty'],
    [rule.replace('[a]', '[1]'), 'line 3, column 14', 'an entry of groups must be text'],
    [rule.replace(FILES, OTHER), 'line 4, column 13', `server must be one of ${FILES}`],
    [rule.replace('[x]', 'x'), 'line 5, column 13', 'scopes must be a list'],
    [`${rule}    clients: [claude.ai]`, 'line 6, column 15', 'must be the beginning of an https URL'],
    ['clients: {}', 'line 1, column 10', 'clients needs rules beside it'],
    ['rules: []\nclients:\n  mode: closed', 'line 3, column 9', 'mode must be open, approval, allow-list'],
    [
      'rules: []\nclients:\n  allowed: [https://localhost/]',
      'line 3, column 13',
      'must not name this computer',
    ],
  ])('%j is refused in one sentence', (text, place, problem) => {
    expect(() => read(text)).toThrow(`MCP_AUTH_POLICY_FILE ${file}, ${place}`);
    expect(() => read(text)).toThrow(problem);
  });

  const partners = [
    'providers:',
    '  - id: partners',
    '    issuer: https://login.partners.example',
    '    clientId: mcp-auth',
    '    clientSecret: { env: PARTNERS_SECRET }',
  ].join('\n');
  const least = {
    id: 'partners',
    name: 'login.partners.example',
    issuer: 'https://login.partners.example',
    clientId: 'mcp-auth',
    clientSecret: SECRET,
    domains: [],
    hostedDomain: 'optional',
    scopes: 'openid profile email',
    groupsClaim: 'groups',
    groupsUrl: null,
    signOut: false,
    source: false,
  };

  it('names more providers, whose secrets stand elsewhere', () => {
    writeFileSync(join(folder, 'secret.txt'), 'of a file\n');
    const more =
      'name: Partner login\ndomains: [Partners.example]\nscopes: [openid, email]\ngroupsClaim: roles\ngroupsUrl: https://graph.example/me\nsignOut: true';
    expect(read(partners)).toEqual({ policy: null, providers: [least] });
    const all = `${partners}\n${more}`
      .replaceAll(/\n(?=[a-z])/g, '\n    ')
      .replace('env: PARTNERS_SECRET', 'file: ./secret.txt');
    expect(read(all).providers).toEqual([
      {
        ...least,
        name: 'Partner login',
        clientSecret: 'of a file',
        domains: ['partners.example'],
        scopes: 'openid email',
        groupsClaim: 'roles',
        groupsUrl: 'https://graph.example/me',
        signOut: true,
      },
    ]);
  });

  it.each<[string, string, string, string]>([
    ['no list', 'providers: x', 'line 1, column 12', 'providers must be a list'],
    [
      'an id of the environment',
      partners.replace('partners', 'sso'),
      'line 2, column 9',
      'id must not be sso',
    ],
    [
      'an id that is a path',
      partners.replace('id: partners', 'id: a/b'),
      'line 2, column 9',
      'id must be a short word',
    ],
    [
      'an id in capitals',
      partners.replace('id: partners', 'id: Partners'),
      'line 2, column 9',
      'id must be a short word',
    ],
    ['no id', partners.replace('id: partners', 'name: Partners'), 'line 2, column 5', 'id must be text'],
    [
      'no issuer',
      partners.replace('issuer: https://login.partners.example', 'name: Partners'),
      'line 2, column 5',
      'issuer must be text',
    ],
    [
      'an issuer without https',
      partners.replace('https:', 'http:'),
      'line 3, column 13',
      'issuer must use https',
    ],
    [
      'an issuer of every tenant',
      partners.replace('login.partners.example', 'login.microsoftonline.com/common/v2.0'),
      'line 3, column 13',
      'issuer must be your own tenant',
    ],
    [
      'a secret that is not set',
      partners.replace('PARTNERS_SECRET', 'NOWHERE'),
      'line 5, column 26',
      'the variable NOWHERE is not set',
    ],
    [
      'a secret that is not there',
      partners.replace('env: PARTNERS_SECRET', 'file: ./nowhere'),
      'line 5, column 27',
      './nowhere cannot be read',
    ],
    [
      'two secrets',
      partners.replace('env: PARTNERS_SECRET', 'env: A, file: b'),
      'line 5, column 19',
      'clientSecret must be { env: NAME } or { file: PATH }',
    ],
    [
      'no secret',
      partners.replace(/\n.*clientSecret.*/, ''),
      'line 2, column 5',
      'clientSecret must be { env: NAME }',
    ],
    [
      'a key that it has not',
      `${partners}\n    groups: x`,
      'line 6, column 13',
      'groups is none of id, name',
    ],
    [
      'a domain that is none',
      `${partners}\n    domains: [a@b.example]`,
      'line 6, column 15',
      'domains must be domains',
    ],
    [
      'scopes without openid',
      `${partners}\n    scopes: [email]`,
      'line 6, column 13',
      'scopes must hold openid',
    ],
    [
      'a word that it does not know',
      `${partners}\n    hostedDomain: yes`,
      'line 6, column 19',
      'hostedDomain must be required, optional',
    ],
    [
      'a look-up without https',
      `${partners}\n    groupsUrl: http://localhost/groups`,
      'line 6, column 16',
      'groupsUrl must use https',
    ],
    [
      'a flag that is none',
      `${partners}\n    signOut: 'yes'`,
      'line 6, column 14',
      'signOut must be true or false',
    ],
    [
      'an id twice',
      `${partners}\n  - ${partners.split('\n').slice(1).join('\n').replace('  - ', '').replace('.example', '.example/2')}`,
      'line 6, column 9',
      'id is that of another',
    ],
    [
      'an issuer twice',
      `${partners}\n  - ${partners.split('\n').slice(1).join('\n').replace('  - id: partners', 'id: others')}`,
      'line 7, column 13',
      'issuer is that of another',
    ],
  ])('refuses %s among its providers', (_, text, place, problem) => {
    expect(() => read(text)).toThrow(`MCP_AUTH_POLICY_FILE ${file}, ${place}: `);
    expect(() => read(text)).toThrow(problem);
  });

  it('does not repeat a secret that was written into it', () => {
    const text = partners.replace('{ env: PARTNERS_SECRET }', 'hunter2');
    expect(() => read(text)).toThrow(
      'line 5, column 19: clientSecret must be { env: NAME } or { file: PATH }: the secret itself does not belong here.',
    );
    expect(() => read(text)).not.toThrow('hunter2');
  });

  it('is refused when it is not there, and when it grows out of aliases', () => {
    expect(() => readPolicyFile('./nowhere.yaml', [], new Environment({}))).toThrow(
      'MCP_AUTH_POLICY_FILE ./nowhere.yaml cannot be read',
    );
    const bomb = [
      'a: &a [x]',
      ...'bcdefgh'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
    ];
    expect(() => read(bomb.join('\n'))).toThrow('MCP_AUTH_POLICY_FILE');
  });
});
