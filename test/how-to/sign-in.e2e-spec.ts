import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config/service-config.js';
import { snippets } from '../support/how-to.js';

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
