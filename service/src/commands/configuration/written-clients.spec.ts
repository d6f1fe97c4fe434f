import type { CatalogClient, ClientCatalog } from 'nestjs-mcp-auth/service-kit';
import { describe, expect, it } from 'vitest';
import { writtenClients } from './written-clients.js';

const client = (clientId: string, disabled: boolean) =>
  ({
    clientId,
    disabled,
    name: null,
    source: 'static',
    redirectUris: [],
    hasSecret: false,
  }) as Partial<CatalogClient>;

describe('clients of a policy file', () => {
  it('are written without those that are blocked, and without what names them', async () => {
    const catalog: Partial<ClientCatalog> = {
      page: ({ kind }) =>
        Promise.resolve(
          (kind === 'service-account'
            ? [client('deploy', true), client('report', false)]
            : [client('wiki', true), client('chat', false)]) as never,
        ),
    };
    const written = await writtenClients(catalog as ClientCatalog, {
      serviceAccounts: [{ id: 'deploy' }, { id: 'report' }],
      preRegisteredClients: [{ id: 'chat' }, { id: 'wiki' }],
      workloads: [{ serviceAccount: 'deploy' }, { serviceAccount: 'report' }],
      linkedServers: [{ client: 'wiki' }, { client: 'https://chat.example/id' }],
      identityAssertions: [{ clients: ['wiki'] }, { clients: ['chat', 'wiki'] }],
    });
    expect(written).toEqual({
      serviceAccounts: [{ id: 'report' }],
      preRegisteredClients: [{ id: 'chat' }],
      workloads: [{ serviceAccount: 'report' }],
      linkedServers: [{ client: 'https://chat.example/id' }],
      identityAssertions: [{ clients: ['chat'] }],
      blocked: { serviceAccounts: ['deploy'], preRegisteredClients: ['wiki'] },
    });
  });
});
