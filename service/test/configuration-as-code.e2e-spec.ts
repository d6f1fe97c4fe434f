import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpClients, McpResources } from 'nestjs-mcp-auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationDifferences } from '../src/commands/configuration/configuration-differences.js';
import { readConfiguration, writeConfiguration } from '../src/commands/configuration/configuration-files.js';
import { currentConfiguration } from '../src/commands/configuration/current-configuration.js';
import { Environment } from '../src/config/environment.js';
import { readPolicyFile } from '../src/config/policy-file.js';
import { readResources } from '../src/config/resource-file.js';
import { readConfig } from '../src/config/service-config.js';
import { signedIn, press } from './support/administration.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const FILES = {
  identifier: 'https://files.example.com/mcp',
  name: 'Files',
  scopes: { 'files:read': 'Read' },
};
const SECRET = 'a secret that is written nowhere else';

describe('the configuration as code', () => {
  let service: Standalone;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-configuration-'));
    const policy = join(folder, 'given.yaml');
    await writeFile(
      policy,
      `providers:\n  - id: partners\n    issuer: https://login.partners.example\n    clientId: us\n    clientSecret: { env: PARTNERS_SECRET }
  - id: lab
    issuer: https://login.lab.example
    clientId: us
    clientSecret: { file: lab-secret }
`,
    );
    await writeFile(join(folder, 'lab-secret'), SECRET);
    environment = {
      MCP_AUTH_POLICY_FILE: policy,
      PARTNERS_SECRET: SECRET,
      MCP_AUTH_COMPANY_NAME: 'Acme = Söhne',
    };
    service = await startStandalone(environment);
    await service.application.get(McpResources).save(FILES);
    const ada = await signedIn(service);
    for (const name of ['Zeta', 'Alpha'])
      await press(service, ada, '/admin/access/rules', {
        name,
        server: FILES.identifier,
        whom: 'everyone',
      });
    await press(service, ada, '/admin/clients/new-service-account', {
      clientId: 'nightly-report',
      resource: FILES.identifier,
      scopes: 'files:read',
    });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const config = () =>
    readConfig({
      MCP_AUTH_ISSUER: service.issuer,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      ...environment,
    });
  const current = () => currentConfiguration(service.application, config(), environment);
  const contents = (at: string) =>
    Promise.all(
      ['servers.json', 'policy.yaml', 'settings.env'].map((name) => readFile(join(at, name), 'utf8')),
    );

  it('is written in one order, without a secret, and read as the same again', async () => {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    await writeConfiguration(one, await current());
    await writeConfiguration(other, await current());
    const written = await contents(one);
    expect(await contents(other)).toEqual(written);
    expect(written.join('')).not.toContain(SECRET);
    expect(written.join('')).toContain('NIGHTLY_REPORT_SECRET');
    const again = await readConfiguration(one);
    expect(configurationDifferences(again, await current())).toEqual([]);
    // What the service itself reads of them.
    const env = new Environment({
      MCP_AUTH_RESOURCES: join(one, 'servers.json'),
      PARTNERS_SECRET: SECRET,
      NIGHTLY_REPORT_SECRET: SECRET,
    });
    const servers = readResources(env);
    expect(servers).toMatchObject([FILES]);
    const file = readPolicyFile(join(one, 'policy.yaml'), servers, env);
    expect(file.policy?.rules.map(({ name, resource }) => [name, resource])).toEqual([
      ['Alpha', FILES.identifier],
      ['Zeta', FILES.identifier],
    ]);
    // A relative path begins at the file, and the file has another place now.
    expect(file.providers).toMatchObject([
      { id: 'partners', clientSecret: SECRET },
      { id: 'lab', clientSecret: SECRET },
    ]);
    expect(file.serviceAccounts).toMatchObject([{ clientId: 'nightly-report', scopes: ['files:read'] }]);
    expect(again.settings).toEqual({ MCP_AUTH_COMPANY_NAME: 'Acme = Söhne' });
  });

  it('overwrites nothing', async () => {
    const taken = join(folder, 'taken');
    await writeConfiguration(taken, await current());
    await writeFile(join(taken, 'policy.yaml'), 'mine');
    await expect(writeConfiguration(taken, await current())).rejects.toThrow('is there already');
    expect(await readFile(join(taken, 'policy.yaml'), 'utf8')).toBe('mine');
    await expect(readConfiguration(join(folder, 'nowhere'))).rejects.toThrow('has none of servers.json');
  });

  it('finds no difference in what says the same otherwise', async () => {
    const own = join(folder, 'own');
    await mkdir(own);
    await writeFile(join(own, 'servers.json'), JSON.stringify([FILES]));
    await writeFile(
      join(own, 'settings.env'),
      '# ours\nexport MCP_AUTH_COMPANY_NAME="Acme = Söhne" # to be renamed\nMCP_AUTH_SESSION_IDLE=28800\nPORT=8080\n',
    );
    expect(configurationDifferences(await readConfiguration(own), await current())).toEqual([]);
    const { policy, ...others } = await current();
    const [rule, ...more] = policy['rules'] as Record<string, unknown>[];
    const until = { until: '2027-04-01T00:00:00.000Z', groups: ['sso:staff', 'finance'] };
    const service = { ...others, policy: { ...policy, rules: [{ ...rule, ...until }, ...more] } };
    const said = {
      clients: 'any',
      until: '2027-03-31',
      groups: ['finance', { provider: 'sso', group: 'staff' }],
    };
    const files = {
      policy: { ...policy, rules: [...more, { ...rule, ...said }], clients: { mode: 'open' } },
    };
    expect(configurationDifferences(files, service)).toEqual([]);
  });

  it('compares nothing with a file that is not there, nor with rules that a policy file does not have', async () => {
    for (const name of ['servers.json', 'policy.yaml', 'settings.env']) {
      const alone = join(folder, `alone-${name}`);
      await mkdir(alone);
      await copyFile(join(folder, 'one', name), join(alone, name));
      expect(configurationDifferences(await readConfiguration(alone), await current())).toEqual([]);
    }
    const { rules: _rules, ...others } = (await current()).policy;
    expect(configurationDifferences({ policy: others }, await current())).toEqual([]);
  });

  it.each([
    ['servers.json', '[{"identifier":"https://a.example/mcp","scops":{}}]', 'scops is none of'],
    ['policy.yaml', 'rules: [null]', 'an entry of rules must be a mapping'],
    ['policy.yaml', 'rule: []', 'rule is none of'],
    ['settings.env', 'MCP_AUTH_SESSION_IDLE=soon', 'MCP_AUTH_SESSION_IDLE must be a whole number'],
    ['settings.env', 'MCP_AUTH_COMPANY_NAM=Acme', 'did you mean MCP_AUTH_COMPANY_NAME?'],
    ['settings.env', 'MCP_AUTH_COMPANY_NAME=$NAME', 'line 1: write NAME='],
  ])('is not read from %s with %s', async (name, text, sentence) => {
    const wrong = await mkdtemp(join(folder, 'wrong-'));
    await writeFile(join(wrong, name), text);
    await expect(readConfiguration(wrong)).rejects.toThrow(sentence);
  });

  it('leaves out whoever is blocked, and says so; files that have them differ', async () => {
    const files = await readConfiguration(join(folder, 'one'));
    const clients = service.application.get(McpClients);
    await clients.disable('nightly-report');
    const without = join(folder, 'without');
    await writeConfiguration(without, await current());
    const [, policy = ''] = await contents(without);
    expect(policy).toContain('# Left out, since it is blocked: "nightly-report"');
    expect(parse(policy)).not.toHaveProperty('serviceAccounts');
    expect(configurationDifferences(await readConfiguration(without), await current())).toEqual([]);
    expect(configurationDifferences(files, await current())).toEqual([
      {
        section: 'serviceAccounts',
        name: 'nightly-report',
        kind: 'changed',
        fields: [{ name: 'blocked', files: null, service: true }],
      },
    ]);
    await clients.enable('nightly-report');
  });

  it('says what is added, missing and changed, with the fields', async () => {
    const files = await current();
    const [rule, ...more] = files.policy['rules'] as Record<string, unknown>[];
    const wanted = {
      ...files,
      servers: [{ ...FILES, name: 'Documents', challengeScopes: ['files:read'] }],
      policy: {
        ...files.policy,
        rules: [...more, { ...rule, name: 'Beta' }],
        serviceAccounts: [
          { id: 'nightly-report', servers: [], scopes: ['files:read'], clientSecret: { file: 'x' } },
        ],
      },
      settings: {},
    };
    expect(configurationDifferences(wanted, files)).toEqual([
      { section: 'rules', name: `${FILES.identifier} · Alpha`, kind: 'added' },
      { section: 'rules', name: `${FILES.identifier} · Beta`, kind: 'missing' },
      {
        section: 'servers',
        name: FILES.identifier,
        kind: 'changed',
        fields: [{ name: 'name', files: 'Documents', service: 'Files' }],
      },
      {
        section: 'serviceAccounts',
        name: 'nightly-report',
        kind: 'changed',
        fields: [{ name: 'servers', files: null, service: [FILES.identifier] }],
      },
      {
        section: 'settings',
        name: 'settings',
        kind: 'changed',
        fields: [{ name: 'MCP_AUTH_COMPANY_NAME', files: null, service: 'Acme = Söhne' }],
      },
    ]);
  });

  it('says which server is the default, where it is another one: the order of the others says nothing', async () => {
    const files = await current();
    const [first, ...others] = ['a', 'b', 'c'].map((name) => ({
      ...FILES,
      identifier: `https://${name}.example/mcp`,
    }));
    const of = (servers: object[]) => ({ ...files, servers: servers as (typeof FILES)[] });
    const all = first ? [first, ...others] : [];
    expect(configurationDifferences(of(first ? [first, ...others.toReversed()] : []), of(all))).toEqual([]);
    expect(configurationDifferences(of(all.toReversed()), of(all))).toEqual([
      {
        section: 'default server',
        name: 'default server',
        kind: 'changed',
        fields: [{ name: 'identifier', files: 'https://c.example/mcp', service: 'https://a.example/mcp' }],
      },
    ]);
  });
});
