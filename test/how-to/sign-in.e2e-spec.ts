import type { ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config/service-config.js';
import { exampleFolder, startExample } from '../support/example-program.js';
import { snippets } from '../support/how-to.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

describe.each(['entra-id', 'okta', 'google-workspace', 'keycloak'])(
  'docs/how-to/sign-in-with-%s.md',
  (name) => {
    it('shows variables that the service takes', async () => {
      const [block = ''] = await snippets(`sign-in-with-${name}.md`, 'ini');
      const variables = Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      ) as Record<string, string>;
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
          },
        ],
      });
      for (const variable of Object.keys(variables))
        expect(variable).toMatch(/^MCP_AUTH_(OIDC_[A-Z_]+|PASSWORDS)$/);
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
  }, 60_000);
});
