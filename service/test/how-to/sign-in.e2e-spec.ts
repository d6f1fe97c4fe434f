import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/service-config.js';
import { exampleFolder, startExample } from '../../../test/support/example-program.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { OAuthTestClient, redirectParameters } from '../../../test/support/oauth-client.js';

/** Every variable of a page. */
async function shown(name: string): Promise<Record<string, string>> {
  const lines = (await snippets(`sign-in-with-${name}.md`, 'ini')).flatMap((block) =>
    block.trim().split('\n'),
  );
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

describe.each(['entra-id', 'okta', 'google-workspace', 'keycloak'])(
  'docs/how-to/sign-in-with-%s.md',
  (name) => {
    it('shows variables that the service takes', async () => {
      const variables = await shown(name);
      const { signIn } = readConfig(variables);
      expect(signIn).toMatchObject({
        passwords: 'administrator',
        providers: [
          {
            id: 'sso',
            issuer: variables['MCP_AUTH_OIDC_ISSUER'],
            clientId: variables['MCP_AUTH_OIDC_CLIENT_ID'],
            domains: ['example.com'],
            groupsClaim: 'groups',
            groupsUrl: variables['MCP_AUTH_OIDC_GROUPS_URL'] ?? null,
          },
        ],
      });
      for (const variable of Object.keys(variables))
        expect(variable).toMatch(/^MCP_AUTH_(OIDC_[A-Z_]+|PASSWORDS)$/);
    });

    it('shows an entry of the policy file, which goes beside another provider', async () => {
      const [entry = ''] = await snippets(`sign-in-with-${name}.md`, 'yaml');
      const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-how-to-'));
      await writeFile(join(folder, 'policy.yaml'), entry);
      await writeFile(join(folder, 'google-client-secret'), 'a secret');
      const secrets = [...entry.matchAll(/env: (\w+)/g)].map(([, variable = '']) => [variable, 'a secret']);
      const { signIn } = readConfig({
        ...(await shown(name === 'google-workspace' ? 'okta' : name)),
        ...(Object.fromEntries(secrets) as Record<string, string>),
        MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
      });
      await rm(folder, { recursive: true });
      expect(signIn.providers).toHaveLength(2);
      const [, second] = signIn.providers;
      expect(second).toMatchObject({ clientSecret: 'a secret', domains: [expect.any(String)] });
      expect(await page(`sign-in-with-${name}.md`)).toContain(
        `https://auth.example.com/sign-in/${second?.id}/callback`,
      );
    });
  },
);

describe('docs/how-to/own-sign-in-strategy.md', () => {
  let folder: string;
  let host: ChildProcess;

  beforeAll(async () => {
    folder = await exampleFolder();
  });
  afterAll(async () => {
    host.kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows a whole application, which signs people in by its own strategy', async () => {
    const program = await readFile(join(import.meta.dirname, 'badge-host.ts'), 'utf8');
    expect(await snippets('own-sign-in-strategy.md', 'ts')).toContain(program);
    const example = await startExample(program, folder);
    host = example.program;
    const client = await new OAuthTestClient(example.service).register();
    const page = await client.follow(await client.authorize({ scope: 'tools:use' }));
    const present = (badge: string) => client.browser.submit(page, undefined, () => [['badge', badge]]);
    expect((await present('forged')).status).toBe(401);
    const consent = await client.follow(await present('badge-of-alice'));
    const code = redirectParameters(await client.approve(consent)).get('code') ?? '';
    const { body } = await client.exchange(code);
    expect((await client.call(body.access_token)).body).toMatchObject({ result: { user: 'alice' } });
  });
});
