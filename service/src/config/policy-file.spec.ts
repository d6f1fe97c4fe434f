import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Environment } from './environment.js';
import { readPolicyFile } from './policy-file.js';

const FILES = 'https://files.example.com/mcp';
const OTHER = 'https://other.example.com/mcp';
const SERVERS = [{ identifier: FILES, scopes: { x: 'Do x', y: 'Do y' } }];
const SECRET = 'a secret of the partners';
const JOB_SECRET = 'a secret of the job, which is long enough';

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
    return readPolicyFile(file, SERVERS, new Environment({ PARTNERS_SECRET: SECRET, JOB_SECRET }));
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

  it('leaves the rules to the database without `rules`', () => {
    expect(read('providers: []')).toEqual({
      policy: null,
      providers: [],
      serviceAccounts: null,
      trustedIssuers: [],
      delegations: [],
      workloads: [],
      preRegisteredClients: [],
      identityAssertions: [],
      linkedServers: [],
      warnings: [],
    });
  });

  const account = `serviceAccounts:\n  - id: job\n    servers: [${FILES}]\n    scopes: [x]\n    clientSecret: { env: JOB_SECRET }\n`;

  const workload = `${account}trustedIssuers:\n  - issuer: https://a.example\nworkloads:\n  - issuer: https://a.example\n    serviceAccount: job\n`;

  it('names workloads, whose service accounts need no proof of their own', () => {
    const text = `${workload}    subject: x\n`.replace(/ {4}clientSecret.*\n/, '');
    expect(read(text)).toMatchObject({
      serviceAccounts: [{ clientId: 'job' }],
      trustedIssuers: [{ issuer: 'https://a.example', reusable: false }],
      workloads: [{ issuer: 'https://a.example', subject: 'x', serviceAccount: 'job' }],
    });
  });

  it('names service accounts, beside rules or alone', () => {
    const accounts = [
      {
        clientId: 'job',
        name: undefined,
        resources: [FILES],
        scopes: ['x'],
        jwks: undefined,
        jwksUri: undefined,
        clientSecret: JOB_SECRET,
      },
    ];
    expect(read(account)).toMatchObject({ policy: null, serviceAccounts: accounts });
    expect(read(rule + account)).toMatchObject({
      policy: { rules: [{ name: 'A' }] },
      serviceAccounts: accounts,
    });
    expect(read('serviceAccounts: []').serviceAccounts).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['serviceAccounts: {}', 'line 1, column 18', 'serviceAccounts must be a list'],
    [account.replace('id: job', 'name: job'), 'line 2, column 5', 'id must be text'],
    [account.replace('id: job', 'id: a b'), 'line 2, column 5', 'must be letters, digits'],
    [account.replace(FILES, OTHER), 'line 3, column 15', `an entry of servers must be one of ${FILES}`],
    [
      account.replace('[x]', '[z]'),
      'line 4, column 14',
      'none of its servers has a scope "z": they have x, y',
    ],
    [account.replace('[x]', '[openid]'), 'line 4, column 14', 'none of its servers has a scope "openid"'],
    [account.replace('JOB_SECRET', 'NOWHERE'), 'line 5, column 26', 'the variable NOWHERE is not set'],
    [
      account.replace('{ env: JOB_SECRET }', JOB_SECRET),
      'line 5, column 19',
      'clientSecret must be { env: NAME }',
    ],
    [
      account.replace(/ {4}clientSecret.*\n/, ''),
      'line 2, column 5',
      'needs `jwks`, `jwksUri` or `clientSecret`',
    ],
    ['trustedIssuers: [x]', 'line 1, column 18', 'an entry of trustedIssuers must be a mapping'],
    ['trustedIssuers: [{ issuer: acme }]', 'line 1, column 18', 'must be an https URL'],
    [
      'trustedIssuers: [{ issuer: https://a.example, reusable: often }]',
      'line 1, column 57',
      'must be true or false',
    ],
    [
      'trustedIssuers: [{ issuer: https://a.example, jwks: { keys: [] } }]',
      'line 1, column 18',
      '1 to 20 keys',
    ],
    [
      `${account}workloads: [{ issuer: https://a.example, subject: x, serviceAccount: job }]`,
      'line 6, column 13',
      '`trustedIssuers` does not name',
    ],
    [`${workload}    subject: ''`, 'line 11, column 14', 'subject must be text'],
    [`${workload}    claims: [x]`, 'line 11, column 13', 'claims must be a mapping'],
    [`${workload}    claims: { x: [y] }`, 'line 9, column 5', 'a text, a number or a truth value'],
    [workload, 'line 9, column 5', 'could be any'],
    [
      `${workload.replace('serviceAccount: job', 'serviceAccount: other')}    subject: x`,
      'line 10, column 21',
      'serviceAccount must be job',
    ],
    [account.replace(/clientSecret.*/, 'jwks: { keys: [] }'), 'line 2, column 5', '1 to 20 keys'],
    [account.replace(/clientSecret.*/, 'jwks: keys'), 'line 2, column 5', 'jwks must be an object'],
    [
      account + account.replace('serviceAccounts:\n', ''),
      'line 6, column 9',
      'id is that of another service account',
    ],
  ])('%j is refused in one sentence that tells no secret', (text, place, problem) => {
    expect(() => read(text)).toThrow(`MCP_AUTH_POLICY_FILE ${file}, ${place}`);
    expect(() => read(text)).toThrow(problem);
    expect(() => read(text)).not.toThrow(JOB_SECRET);
  });

  it.each(['', ' \n', '# nothing\n', '---\n', 'null', '{}'])(
    'is refused when nothing is left of it: %j',
    (text) => {
      expect(() => read(text)).toThrow(`MCP_AUTH_POLICY_FILE ${file}, line 1, column `);
      expect(() => read(text)).toThrow('write `rules: []`');
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
    [rule.replace('name: A', "name: '   '"), 'line 2, column 11', 'name must be text'],
    [rule.replace('name: A', "name: '\u00a0'"), 'line 2, column 11', 'name must be text'],
    [rule.replace('name: A', "name: '---'"), 'line 2, column 11', 'name must have letters or digits'],
    [rule.replace('name: A', 'name:'), 'line 2', 'name has no value'],
    [rule.replace('[a]', "[',,,']"), 'line 3, column 14', '",,," is no name of a group'],
    [rule.replace('[a]', "[a, ' ']"), 'line 3, column 17', 'must be text'],
    [rule.replace('[a]', '[everyone]'), 'line 3, column 14', 'everyone is no group among others'],
    [rule.replace('[a]', '[a, b, a]'), 'line 3, column 20', '"a" stands there twice'],
    [
      rule.replace('[a]', '[CN=finance,OU=groups,DC=example]'),
      'line 3, column 25',
      '"OU=groups" looks like a part of the name before it: write "CN=finance,OU=groups" as one',
    ],
    [rule.replace('[x]', '[x, z]'), 'line 5, column 17', `${FILES} has no scope "z", only x, y`],
    [rule.replace('[x]', '[all]'), 'line 5, column 14', 'has no scope "all"'],
    [rule.replace('[x]', '[]'), 'line 5, column 13', 'scopes must not be empty'],
    [rule.replace('[x]', ''), 'line 5', 'scopes has no value'],
    [`${rule}    clients: []`, 'line 6, column 14', 'clients must not be empty'],
    [`${rule}    clients: null`, 'line 6', 'clients has no value'],
    [`${rule}    clients: ['https://a.example/x%2fy/']`, 'line 6, column 15', 'with a plain path'],
    [`${rule}    clients: ['https://a.example/x/?y']`, 'line 6, column 15', 'with a plain path'],
    [rule.replace('[x]', '!scopes [x]'), 'line 5, column 13', 'Unresolved tag: !scopes'],
    [rule.replace('name: A', 'name: !!binary aGk='), 'line 2, column 20', 'name must be text'],
    [rule.replace('[a]', '*engineers'), 'line 3, column 13', '*engineers is named nowhere above'],
    [`%FOO x\n---\n${rule}`, 'line 1, column 1', 'Unknown directive %FOO'],
    [`${rule}---\n${rule}`, 'line 6', 'multiple documents'],
    ['rules: []\nclients:', 'line 2', 'clients has no value'],
    ['rules: []\nclients:\n  mode:', 'line 3', 'mode has no value'],
    [
      'rules: []\nclients:\n  mode: approval\n  allowed: [https://a.example/]',
      'line 4, column 12',
      'allowed has no effect without `mode: allow-list`',
    ],
    ['clients: {}', 'line 1, column 10', 'clients needs rules beside it'],
    ['rules: []\nclients:\n  mode: closed', 'line 3, column 9', 'mode must be open, approval, allow-list'],
    [
      'rules: []\nclients:\n  mode: allow-list\n  allowed: [https://localhost/]',
      'line 4, column 13',
      'must not name this computer',
    ],
  ])('%j is refused in one sentence', (text, place, problem) => {
    expect(() => read(text)).toThrow(`MCP_AUTH_POLICY_FILE ${file}, ${place}`);
    expect(() => read(text)).toThrow(problem);
  });

  it('takes a name of a directory as a whole, and one that is its own group beside others', () => {
    const name = 'CN=finance,OU=groups,DC=example';
    const groups = (list: string) => read(rule.replace('[a]', list)).policy?.rules[0]?.groups;
    expect(groups(`['${name}']`)).toEqual([name]);
    expect(groups('[CN=finance, cn=platform]')).toEqual(['CN=finance', 'cn=platform']);
  });

  it('trusts no beginning of URLs, and says where it stands', () => {
    const { policy, warnings } = read(
      'rules: []\nclients:\n  trusted: [https://a.example/, https://a.example/app/callback]',
    );
    expect(policy?.clients.trusted).toEqual(['https://a.example/app/callback']);
    expect(warnings).toEqual([expect.stringContaining(`${file}, line 3, column 13: https://a.example/ is `)]);
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
