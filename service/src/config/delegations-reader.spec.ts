import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snippets } from '../../../test/support/how-to.js';
import { Environment } from './environment.js';
import { readPolicyFile } from './policy-file.js';
import { readResources } from './resource-file.js';

const [NOTES, FILES] = ['https://notes.example.com/mcp', 'https://files.example.com/mcp'];

describe('delegations of a policy file', () => {
  let folder: string;
  let yaml = '';
  let resources: ReturnType<typeof readResources>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcp-auth-delegations-'));
    const [json = ''] = await snippets('delegation.md', 'json');
    writeFileSync(join(folder, 'resources.json'), json);
    resources = readResources(new Environment({ MCP_AUTH_RESOURCES: join(folder, 'resources.json') }));
    [yaml = ''] = await snippets('delegation.md', 'yaml');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (text: string) => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, text);
    return readPolicyFile(file, resources, new Environment({}));
  };

  it('are those of docs/how-to/delegation.md', () => {
    expect(read(yaml)).toMatchObject({
      delegations: [
        { from: NOTES, to: FILES, scopes: ['files:read'] },
        { from: NOTES, to: FILES, scopes: ['files:write'], requires: ['notes:write'] },
      ],
      delegationDepth: 2,
    });
  });

  it.each<[string, () => string, string]>([
    ['delegations: {}', () => 'delegations: {}', 'delegations must be a list'],
    [
      'an unknown server',
      () => yaml.replace(`from: ${NOTES}`, 'from: https://x.example'),
      `from must be ${NOTES}, ${FILES}`,
    ],
    ['itself', () => yaml.replace(`to: ${FILES}`, `to: ${NOTES}`), 'leads back to itself'],
    ['an unknown scope', () => yaml.replace('[files:read]', '[files:all]'), 'which is no scope of'],
    ['no scopes', () => yaml.replace('[files:read]', '[]'), 'gives nothing'],
    [
      'a server without credentials',
      () => `delegations:\n  - { from: '${FILES}', to: '${NOTES}', scopes: [notes:read] }`,
      'needs `introspection` credentials',
    ],
    [
      'a wrong member',
      () => yaml.replace('requires:', 'needs:'),
      'needs is none of from, to, scopes, requires',
    ],
    ['a depth that is none', () => yaml.replace('delegationDepth: 2', 'delegationDepth: 20'), 'from 1 to 10'],
  ])('are refused in one sentence: %s', (_, text, problem) => {
    expect(() => read(text())).toThrow('MCP_AUTH_POLICY_FILE');
    expect(() => read(text())).toThrow(problem);
  });
});
