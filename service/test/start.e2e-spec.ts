import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/service-config.js';

const provider = (issuer: string): NodeJS.ProcessEnv => ({
  MCP_AUTH_OIDC_ISSUER: issuer,
  MCP_AUTH_OIDC_CLIENT_ID: 'service',
  MCP_AUTH_OIDC_CLIENT_SECRET: 'secret',
});

describe('the environment of the service', () => {
  it.each([
    [{ PORT: 'x' }, 'PORT must be a whole number from 1 to 65535'],
    [{ PORT: '70000' }, 'PORT must be'],
    [{ MCP_AUTH_ISSUER: 'nonsense' }, 'MCP_AUTH_ISSUER must be an absolute URL'],
    [{ MCP_AUTH_ISSUER: 'http://auth.example.com' }, 'must use https'],
    [{ MCP_AUTH_ISSUER: 'https://auth.example.com/?x=1' }, 'no trailing slash, query'],
    [{ DATABASE_URL: 'postgres://db/x' }, 'MCP_AUTH_SECRET is needed'],
    [{ MCP_AUTH_REFRESH_GRACE: '301' }, 'MCP_AUTH_REFRESH_GRACE must be a whole number from 0 to 300'],
    [{ MCP_AUTH_ACCESS_TOKEN_TTL: '0' }, 'MCP_AUTH_ACCESS_TOKEN_TTL must be'],
    [{ MCP_AUTH_REGISTRATION: 'maybe' }, 'MCP_AUTH_REGISTRATION must be one of open, token, off'],
    [{ MCP_AUTH_REGISTRATION: 'token' }, 'MCP_AUTH_REGISTRATION_TOKEN must have at least 32'],
    [{ MCP_AUTH_REDIRECT_SCHEMES: 'my-editor, javascript' }, 'MCP_AUTH_REDIRECT_SCHEMES names javascript'],
    [{ MCP_AUTH_TOKEN_ENDPOINT_AUDIENCE: '1' }, 'MCP_AUTH_TOKEN_ENDPOINT_AUDIENCE must be one of on, off'],
    [{ MCP_AUTH_RATE_LIMIT: 'yes' }, 'MCP_AUTH_RATE_LIMIT must be one of on, off'],
    [{ MCP_AUTH_LOG_LEVEL: 'loud' }, 'MCP_AUTH_LOG_LEVEL must be one of'],
    [{ MCP_AUTH_ADMIN_EMAIL: 'a@b.c' }, 'must be set together'],
    [{ MCP_AUTH_RESOURCES: './nowhere.json' }, 'MCP_AUTH_RESOURCES ./nowhere.json cannot be read as JSON'],
    [{ MCP_AUTH_RESOURCES: './package.json' }, 'must hold a JSON array'],
    [{ MCP_AUTH_ADMIN_EMAIL: 'a@b.c', MCP_AUTH_ADMIN_PASSWORD: 'short' }, '12 to 1024 characters'],
    [
      { MCP_AUTH_OIDC_ISSUER: 'https://login.example.com' },
      'MCP_AUTH_OIDC_CLIENT_SECRET must be set together',
    ],
    [provider('login.example.com'), "MCP_AUTH_OIDC_ISSUER must be the provider's issuer"],
    [provider('http://login.example.com'), 'must use https'],
    [provider('https://login.microsoftonline.com/common/v2.0'), "must be your own tenant's"],
    [provider('https://login.microsoftonline.com/organizations/v2.0'), "must be your own tenant's"],
    [provider('https://login.microsoftonline.com/consumers/v2.0'), "must be your own tenant's"],
    [provider('https://sts.windows.net/common/'), "must be your own tenant's"],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_HOSTED_DOMAIN: 'yes' },
      'MCP_AUTH_OIDC_HOSTED_DOMAIN must be one of required, optional',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_DOMAINS: 'a@example.com' },
      'MCP_AUTH_OIDC_DOMAINS must be domains',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_SCOPES: 'email' },
      'MCP_AUTH_OIDC_SCOPES must hold openid',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_GROUPS_URL: 'groups' },
      'MCP_AUTH_OIDC_GROUPS_URL must be an https URL',
    ],
    [
      { ...provider('https://login.example.com'), MCP_AUTH_OIDC_GROUPS_URL: 'http://localhost/groups' },
      'MCP_AUTH_OIDC_GROUPS_URL must use https',
    ],
    [
      { ...provider('http://localhost:9'), MCP_AUTH_OIDC_GROUPS_URL: 'http://graph.example.com/groups' },
      'MCP_AUTH_OIDC_GROUPS_URL must use https',
    ],
    [{ MCP_AUTH_PASSWORDS: 'off' }, 'nobody could sign in'],
    [{ MCP_AUTH_POLICY_FILE: './nowhere.yaml' }, 'MCP_AUTH_POLICY_FILE ./nowhere.yaml cannot be read'],
    [{ MCP_AUTH_CLIENT_POLICY: 'closed' }, 'MCP_AUTH_CLIENT_POLICY must be one of'],
    [{ MCP_AUTH_CLIENT_ALLOW: 'claude.ai' }, 'MCP_AUTH_CLIENT_ALLOW "claude.ai" must be the beginning'],
    [{ MCP_AUTH_TRUSTED_CLIENTS: 'https://localhost/' }, 'must not name this computer'],
    [{ MCP_AUTH_INVITATION_TTL: '59' }, 'MCP_AUTH_INVITATION_TTL must be a whole number from 60 to 7776000'],
    [{ MCP_AUTH_GROUPS_MAX_AGE: '1' }, 'MCP_AUTH_GROUPS_MAX_AGE must be'],
  ])('refuses %j in one sentence that says what to change', (environment, sentence) => {
    expect(() => readConfig(environment)).toThrow(sentence);
  });

  it('asks for the company of a Google account, and of no other unless told to', () => {
    const hosted = (issuer: string, environment: NodeJS.ProcessEnv = {}) =>
      readConfig({ ...provider(issuer), ...environment }).signIn.providers[0]?.hostedDomain;
    const google = 'https://accounts.google.com';
    expect(hosted(google, { MCP_AUTH_OIDC_DOMAINS: 'example.com' })).toBe('required');
    // Without a company, everybody with an account there could come in.
    expect(() => hosted(google)).toThrow('needs the domains of your company');
    expect(hosted('https://accounts.google.com', { MCP_AUTH_OIDC_HOSTED_DOMAIN: 'optional' })).toBe(
      'optional',
    );
    expect(hosted('https://login.example.com')).toBe('optional');
  });

  it('takes more providers from the policy file, and its rules only where it has some', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-environment-'));
    const file = join(folder, 'policy.yaml');
    const issuer = 'https://login.partners.example';
    const providers = `providers: [{ id: partners, issuer: ${issuer}, clientId: a, clientSecret: { env: PARTNERS } }]\n`;
    const read = async (text: string, environment: NodeJS.ProcessEnv = {}) => {
      await writeFile(file, text);
      return readConfig({ MCP_AUTH_POLICY_FILE: file, PARTNERS: 'secret', ...environment });
    };
    const { signIn, policy } = await read(providers, {
      ...provider('https://login.example.com'),
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_PASSWORDS: 'off',
    });
    expect(signIn.providers.map(({ id }) => id)).toEqual(['sso', 'partners']);
    expect([policy.file?.policy, policy.clients.mode]).toEqual([null, 'approval']);
    expect((await read(providers, { MCP_AUTH_PASSWORDS: 'off' })).signIn.providers).toHaveLength(1);
    await expect(read(providers, provider(issuer))).rejects.toThrow(
      'MCP_AUTH_OIDC_ISSUER names an issuer that a provider of MCP_AUTH_POLICY_FILE has',
    );
    await expect(read('rules: []', { MCP_AUTH_CLIENT_POLICY: 'approval' })).rejects.toThrow(
      'do not go with rules in MCP_AUTH_POLICY_FILE',
    );
    await rm(folder, { recursive: true });
  });

  it('is safe by default: loopback alone, open registration, limits on, example server for loopback only', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      address: { issuer: 'http://localhost:3000' },
      example: { enabled: true, openByDefault: true },
      rateLimit: { enabled: true, redis: null },
      metrics: { token: null, port: null },
    });
    expect(readConfig({ MCP_AUTH_ISSUER: 'http://localhost:3000/auth' }).example.mcpUrl).toBe(
      'http://localhost:3000/auth/mcp',
    );
    const remote = readConfig({ MCP_AUTH_ISSUER: 'https://auth.example.com/' });
    expect(remote).toMatchObject({
      host: '0.0.0.0',
      address: { issuer: 'https://auth.example.com' },
      example: { enabled: false },
    });
  });
});
