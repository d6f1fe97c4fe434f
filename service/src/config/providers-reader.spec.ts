import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Environment } from './environment.js';
import { readPolicyFile } from './policy-file.js';

const FILES = 'https://files.example.com/mcp';
const SERVERS = [{ identifier: FILES, scopes: { x: 'Do x', y: 'Do y' } }];
const SECRET = 'a secret of the partners';

describe('the providers of a policy file', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-auth-policy-'));
    file = join(folder, 'policy.yaml');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(file, text);
    return readPolicyFile(file, SERVERS, new Environment({ PARTNERS_SECRET: SECRET }));
  };
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
    source: false,
    authTime: 'required',
    signOut: false,
  };

  it('names more providers, whose secrets stand elsewhere', () => {
    writeFileSync(join(folder, 'secret.txt'), 'of a file\n');
    const more =
      'name: Partner login\ndomains: [Partners.example]\nscopes: [openid, email]\ngroupsClaim: roles\ngroupsUrl: https://graph.example/me\nsignOut: true';
    expect(read(partners)).toMatchObject({ policy: null, providers: [least] });
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
});
