import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { eventually } from '../../test/support/eventually.js';
import { auditEvents } from './support/audit.js';
import {
  FederatedPerson,
  GRACE,
  groupsUrl,
  providerVariables,
  startFederatedService,
} from './support/federated-person.js';
import { CLIENT_SECRET } from './support/lying-provider.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const rules = (server: string) => `
rules:
  - { name: Source, groups: [finance], server: '${server}', scopes: ['notes:delete'] }
  - { name: Partners, groups: ['partners:finance'], server: '${server}', scopes: ['mcp:tools'] }
`;
const ELSEWHERE = { ...GRACE, sub: 'elsewhere', email: 'grace@partners.example', groups: ['finance'] };

describe.skipIf(!postgresUrl)('whose groups rules speak of', () => {
  let federated: Awaited<ReturnType<typeof startFederatedService>>;
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let environment: NodeJS.ProcessEnv;
  let second: Standalone | undefined;

  beforeEach(async () => {
    database = await newDatabase();
    const shared = { DATABASE_URL: database.url, MCP_AUTH_SECRET: randomBytes(32).toString('base64') };
    federated = await startFederatedService(shared, rules);
    environment = {
      ...shared,
      ...providerVariables(federated.provider),
      MCP_AUTH_ISSUER: federated.service.issuer,
      MCP_AUTH_OIDC_GROUPS_URL: groupsUrl(federated.provider),
      MCP_AUTH_POLICY_FILE: federated.file,
      PARTNERS_SECRET: CLIENT_SECRET,
    };
  });
  afterEach(async () => {
    await second?.close();
    second = undefined;
    await federated.close();
    await database.drop();
  });

  /** Somebody with a token that a group of theirs has given, at the first replica. */
  const connected = async (of: 'sso' | 'partners', scope: string) => {
    const { service, provider, other } = federated;
    const person = new FederatedPerson(service, of === 'sso' ? provider : other, undefined, of);
    await person.signIn(of === 'sso' ? { ...GRACE, groups: ['finance'] } : ELSEWHERE);
    const client = await new ServiceClient(service, service.mcpUrl, undefined, person.browser).register();
    const tokens = await client.tokens('', scope);
    const isTaken = async () => {
      const { status } = await fetch(service.mcpUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${tokens.access_token}`,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
      return status !== 401;
    };
    return { isTaken };
  };
  const restartWith = async (change: (file: string) => string) => {
    await writeFile(federated.file, change(await readFile(federated.file, 'utf8')));
    second = await startStandalone(environment, false, federated.service.clock);
  };

  it.each<[string, (file: string) => string, 'sso' | 'partners', string, boolean]>([
    ['stay as they were', (file) => file, 'sso', 'notes:delete', true],
    [
      'get a domain',
      (file) => file.replace('[partners.example]', '[partners.example, p.example]'),
      'partners',
      'mcp:tools',
      true,
    ],
    [
      'are of another source',
      (file) => file.replace('- id: partners', '- id: partners\n    source: true'),
      'sso',
      'notes:delete',
      false,
    ],
    [
      'get another id',
      (file) => file.replace('- id: partners', '- id: associates'),
      'partners',
      'mcp:tools',
      false,
    ],
    ['are gone', (file) => file.slice(file.indexOf('rules:')), 'partners', 'mcp:tools', false],
  ])('is felt at once when providers %s', async (_, change, of, scope, isKept) => {
    const { service } = federated;
    const person = await connected(of, scope);
    expect(await person.isTaken()).toBe(true);
    const changes = async () =>
      (await auditEvents(service)).filter(({ action }) => action === 'policy.change').length;
    const before = await changes();
    await restartWith(change);
    if (isKept) {
      expect(await changes()).toBe(before);
      expect(await person.isTaken()).toBe(true);
      return;
    }
    await eventually(async () => !(await person.isTaken()));
    expect(await changes()).toBe(before + 1);
  });
});
