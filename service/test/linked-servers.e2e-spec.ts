import { decodeJwt } from 'jose';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { everything } from './support/administration.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const SECRET = 'a secret of the editor, which is long enough';
const THERE = 'https://mcp.other.example/mcp';

describe('a server elsewhere that the policy file links', () => {
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-linked-'));
    const port = await freePort();
    const file = join(folder, 'policy.yaml');
    await writeFile(
      file,
      `rules:
  - { name: Everybody, groups: everyone, server: 'http://localhost:${port}/mcp', scopes: [mcp:tools] }
preRegisteredClients:
  - id: editor
    redirectUris: [https://client.example/callback]
    clientSecret: { env: EDITOR_SECRET }
linkedServers:
  - issuer: https://auth.other.example
    resources: [${THERE}, ${THERE}/other]
    client: editor
    scopes: [files:read]
    groups: [staff]
`,
    );
    const environment = { PORT: String(port), MCP_AUTH_POLICY_FILE: file, EDITOR_SECRET: SECRET };
    service = await startStandalone(environment);
    await service.addMember('in@example.com', ['staff', 'others']);
    await service.addMember('out@example.com', ['others']);
    await service.addMember('none@example.com', []);
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const editor = () => {
    const client = new ServiceClient(service, service.mcpUrl);
    client.clientId = 'editor';
    return client;
  };
  const idTokenOf = async (email: string) => {
    const client = editor();
    const request = await client.codeRequest(email, 'openid mcp:tools');
    const { body } = await client.token({ ...request, client_secret: SECRET });
    return String(body['id_token']);
  };
  const ask = (idToken: string, resource = THERE) =>
    editor().token({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      audience: 'https://auth.other.example',
      resource,
      client_secret: SECRET,
    });

  it('is told of people who are in its groups (ID-JAG §4.3)', async () => {
    const { status, body } = await ask(await idTokenOf('in@example.com'));
    expect([status, body.scope]).toEqual([200, 'files:read']);
    expect(decodeJwt(body.access_token)).toMatchObject({
      aud: 'https://auth.other.example',
      resource: THERE,
    });
  });

  it.each(['out@example.com', 'none@example.com'])(
    'is told nothing of %s, who is in none of them, however they ask (ID-JAG §4.3)',
    async (email) => {
      const idToken = await idTokenOf(email);
      const before = await everything(service);
      for (const resource of [THERE, `${THERE}/other`]) {
        const { status, body } = await ask(idToken, resource);
        expect([status, body.error, body]).toEqual([
          400,
          'invalid_target',
          expect.not.objectContaining({ access_token: expect.anything() as unknown }),
        ]);
      }
      expect(await everything(service)).toBe(before);
      expect((await auditEvents(service)).at(-1)).toMatchObject({
        action: 'token.issue',
        outcome: 'refused',
        clientId: 'editor',
      });
    },
  );

  it('is told nothing any more of somebody who has left its groups since (ID-JAG §4.3)', async () => {
    const idToken = await idTokenOf('in@example.com');
    await service.dataSource.query(
      `UPDATE mcp_auth."user" SET groups = '{others}' WHERE email = 'in@example.com'`,
    );
    const { status, body } = await ask(idToken);
    expect([status, body.error]).toEqual([400, 'invalid_target']);
  });
});
