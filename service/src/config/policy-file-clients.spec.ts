import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Environment } from './environment.js';
import { readPolicyFile } from './policy-file.js';

const FILES = 'https://files.example.com/mcp';
const SECRET = 'a secret of the editor, which is long enough';
const CLIENT = 'preRegisteredClients:\n  - id: editor\n    clientSecret: { env: EDITOR_SECRET }\n';
const TRUST = `${CLIENT}trustedIssuers:\n  - issuer: https://idp.example\n`;
const ASSERTIONS = `${TRUST}identityAssertions:\n  - issuer: https://idp.example\n    clients: [editor]\n`;
const LINKED = `${CLIENT}linkedServers:\n  - issuer: https://other.example\n    resources: [https://other.example/mcp]\n    client: editor\n    scopes: [x]\n`;

describe('clients and assertions of a policy file', () => {
  let folder: string;
  let file: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-auth-policy-'));
    file = join(folder, 'policy.yaml');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    writeFileSync(file, text);
    const servers = [{ identifier: FILES, scopes: { x: 'Do x' } }];
    return readPolicyFile(file, servers, new Environment({ EDITOR_SECRET: SECRET, SHORT: 'short' }));
  };
  const complaint = (text: string) => {
    try {
      read(text);
    } catch (error) {
      return (error as Error).message;
    }
    return 'none';
  };

  it.each([CLIENT, TRUST, ASSERTIONS, LINKED])('are read where nothing is wrong with them: %j', (text) => {
    expect(complaint(text)).toBe('none');
  });

  it.each<[string, string, string]>([
    ['preRegisteredClients: x', 'line 1, column 23', 'preRegisteredClients must be a list'],
    [
      'preRegisteredClients:\n  - x',
      'line 2, column 5',
      'an entry of preRegisteredClients must be a mapping',
    ],
    [CLIENT.replace('id:', 'ID:'), 'line 2, column 9', 'ID is none of id, name'],
    [CLIENT.replace('editor', '1'), 'line 2, column 9', 'id must be text'],
    [CLIENT.replace('EDITOR_SECRET', 'NOWHERE'), 'line 3', 'NOWHERE'],
    [
      `${CLIENT}  - id: editor\n    clientSecret: { env: EDITOR_SECRET }\n`,
      'line 4, column 9',
      'id is that of another client',
    ],
    [`${CLIENT}    redirectUris: https://a.example/`, 'line 4, column 19', 'redirectUris must be a list'],
    [`${CLIENT}    redirectUris: [http://a.example/]`, 'line 2, column 5', 'has the redirect URI'],
    [`${CLIENT}    devices: maybe`, 'line 2, column 5', 'neither true nor false'],
    [`${TRUST}identityAssertions: {}`, 'line 6, column 21', 'identityAssertions must be a list'],
    [ASSERTIONS.replace('clients:', 'client:'), 'line 8, column 13', 'client is none of issuer, tenant'],
    [`${ASSERTIONS}    servers: [https://elsewhere.example/mcp]`, 'line 9, column 15', 'must be one of'],
    [`${ASSERTIONS}    accounts: some`, 'line 9, column 15', 'accounts must be'],
    [`${CLIENT}linkedServers: x`, 'line 4, column 16', 'linkedServers must be a list'],
    [LINKED.replace('scopes:', 'scope:'), 'line 8, column 12', 'scope is none of issuer, resources'],
    [LINKED.replace('client: editor', 'client: nobody'), 'line 7, column 13', 'nobody'],
    [LINKED.replace('    scopes: [x]\n', ''), 'line 5, column 5', 'scopes'],
    [`${LINKED}    maxAge: soon`, 'line 5, column 5', 'maxAge'],
    [`${LINKED}    groups: all`, 'line 9, column 13', 'groups must be a list'],
  ])('say where what is wrong: %j', (text, place, sentence) => {
    const said = complaint(text);
    expect(said).toContain(place);
    expect(said).toContain(sentence);
  });
});
