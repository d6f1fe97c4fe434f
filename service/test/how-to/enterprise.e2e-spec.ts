import { decodeJwt } from 'jose';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignIssuer, JWT_BEARER } from '../../../test/support/foreign-issuer.js';
import { freePort } from '../../../test/support/free-port.js';
import { snippets } from '../../../test/support/how-to.js';
import { ID_JAG } from '../../../test/support/identity-assertions.js';
import { User } from '../../src/people/entities/user.entity.js';
import { ServiceClient } from '../support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from '../support/standalone.js';
import { whoami } from './linked-whoami.js';

const PAGE = 'enterprise-managed-authorization.md';
const SECRET = 'a secret of the code editor, long enough';
const basic = (id: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${SECRET}`).toString('base64')}`,
});

// Each starts one or two services of its own.
describe('docs/how-to/enterprise-managed-authorization.md', () => {
  let folder: string;
  const running: Standalone[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-enterprise-'));
  });
  afterAll(async () => {
    await Promise.all(running.map((service) => service.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (
    block: number,
    port: number,
    replaced: Record<string, string>,
    administrator = true,
  ): Promise<Standalone> => {
    const text = (await snippets(PAGE, 'yaml'))[block] ?? '';
    const file = Object.entries(replaced).reduce((all, [from, to]) => all.replaceAll(from, to), text);
    const place = join(folder, `${block}.yaml`);
    await writeFile(place, file);
    const service = await startStandalone(
      {
        PORT: String(port),
        MCP_AUTH_POLICY_FILE: place,
        MCP_AUTH_CLIENT_DOCUMENTS: 'loopback',
        EDITOR_SECRET: SECRET,
        ASSISTANT_SECRET: SECRET,
        OKTA_SECRET: SECRET,
      },
      administrator,
    );
    running.push(service);
    return service;
  };

  it.each<[string, number, string, string, object]>([
    ['Okta', 0, 'https://acme.okta.com', 'code-editor', {}],
    ['an issuer for many tenants', 1, 'https://login.vendor.example', 'assistant', { tenant: 'acme' }],
  ])('takes the assertions of %s', async (_, block, named, clientId, claims) => {
    const [issuer, port] = await Promise.all([ForeignIssuer.start(ID_JAG), freePort()]);
    const service = await start(block, port, {
      [named]: issuer.issuer,
      'http://localhost:3000': `http://localhost:${port}`,
    });
    const person = { sub: 'nia', email: 'nia@acme.example', email_verified: true, groups: ['engineering'] };
    const about = { aud: service.issuer, client_id: clientId, resource: service.mcpUrl, scope: 'mcp:tools' };
    const ask = async (more: object) => {
      const assertion = await issuer.sign(service.clock, { claims: { ...about, ...person, ...more } });
      const body = new URLSearchParams({ grant_type: JWT_BEARER, assertion });
      const response = await fetch(`${service.issuer}/token`, {
        method: 'POST',
        headers: basic(clientId),
        body,
      });
      return (await response.json()) as { scope?: string; error?: string };
    };
    expect((await ask(claims)).scope).toBe('mcp:tools');
    expect((await ask({ ...claims, tenant: 'other' })).error).toBe('invalid_grant');
    await issuer.close();
  });

  it('links two instances of ours, from a sign-in at the one to a tool of the other', async () => {
    const [here, there] = await Promise.all([freePort(), freePort()]);
    const ports = { 'localhost:3000': `localhost:${here}`, 'localhost:4000': `localhost:${there}` };
    const company = await start(2, here, ports);
    const { email } = ADMINISTRATOR;
    await company.dataSource.getRepository(User).update({ email }, { emailVerified: true });
    const browser = new ServiceClient(company, company.mcpUrl, 'https://editor.example.com/callback');
    browser.clientId = 'code-editor';
    const fields = await browser.codeRequest(email, 'openid mcp:tools');
    const body = new URLSearchParams({ ...fields, client_id: 'code-editor', client_secret: SECRET });
    const answer = await fetch(`${company.issuer}/token`, { method: 'POST', body });
    const { id_token: idToken } = (await answer.json()) as { id_token: string };

    // Passport has one strategy of a name in a process: the last to start is whom people sign in to.
    const tools = await start(3, there, ports, false);
    const [code = ''] = await snippets(PAGE, 'ts');
    expect(code).toBe(await readFile(join(import.meta.dirname, 'linked-whoami.ts'), 'utf8'));
    const { content } = (await whoami(company.issuer, tools.issuer, tools.mcpUrl, idToken, SECRET)) as {
      content: { text: string }[];
    };
    const made = await tools.dataSource.getRepository(User).findOneByOrFail({ email });
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({
      userId: made.subject,
      clientId: 'editor',
      scopes: ['mcp:tools'],
    });
    // The person is another's there than here, and still the same one the next time.
    expect(made.subject).not.toBe(decodeJwt(idToken).sub);
    await whoami(company.issuer, tools.issuer, tools.mcpUrl, idToken, SECRET);
    expect(await tools.dataSource.getRepository(User).countBy({ email })).toBe(1);
  });
});
