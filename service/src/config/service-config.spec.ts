import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { variablesPage } from '../../../scripts/variables-page.js';
import { readConfig } from './service-config.js';
import { VARIABLES } from './variables.js';

const TOKEN = 'a token of thirty-two characters';
const REMOTE = { MCP_AUTH_ISSUER: 'https://auth.example.com' };

describe('the variables of the service', () => {
  it('are in the reference as their readers know them', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/variables.md'), 'utf8');
    expect(page).toBe(variablesPage());
  });

  it('have a name of their own each, and need such as there are', () => {
    const names = VARIABLES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { needs } of VARIABLES) if (needs) expect(names).toContain(needs[0]);
  });

  it('count as not set when they are empty, all of them', () => {
    const empty = VARIABLES.flatMap(({ name }) => [
      [name, ''],
      [`${name}_FILE`, ' '],
    ]);
    const read = (variables: NodeJS.ProcessEnv) => JSON.stringify(readConfig(variables));
    expect(read(Object.fromEntries([...empty, ['MCP_AUTH_SIGNUP', '']]))).toBe(read({}));
  });

  /** Those that say so in the reference, whatever stands behind their bounds. */
  const numbers = VARIABLES.flatMap(({ name, values }) => {
    const [, from, to, orZero] = /^(\d+) to (\d+)(?:$|(, or 0))/.exec(values ?? '') ?? [];
    return from && to ? [{ name, from: Number(from), to: Number(to), orZero: Boolean(orZero) }] : [];
  });

  it.each(numbers)('have bounds where they are numbers: $name', ({ name, from, to, orZero }) => {
    const wrong = ['9999999999999', '99999999999999999999', '-1', '1.5', '1e3', '0x10', 'NaN', `${to + 1}`];
    if (from > 1 || !orZero) wrong.push(`${from - 1}`);
    for (const value of wrong)
      expect(() => readConfig({ [name]: value }), value).toThrow(`${name} must be a whole number from `);
    const right = [`${from}`, `${to}`, ...(orZero ? ['0'] : [])];
    for (const value of right) {
      const read = () => readConfig({ [name]: value });
      // Another may have a word to say of it; that it is no such number none has.
      try {
        read();
      } catch (error) {
        expect(String(error), value).not.toContain('must be a whole number');
      }
    }
  });

  it('are numbers where their default is one, and have bounds then', () => {
    const byDefault = VARIABLES.filter(({ fallback }) => typeof fallback === 'number');
    expect(byDefault.length).toBeGreaterThan(5);
    const bounded = numbers.map(({ name }) => name);
    for (const { name } of byDefault) expect(bounded).toContain(name);
  });

  it.each([
    ['MCP_AUTH_SIGNUP', 'MCP_AUTH_SIGN_UP'],
    ['MCP_AUTH_REGISTRATON', 'MCP_AUTH_REGISTRATION'],
    ['MCP_AUTH_REGISTRATION_TOKENS', 'MCP_AUTH_REGISTRATION_TOKEN'],
    ['MCP_AUTH_OIDC_CLIENTID', 'MCP_AUTH_OIDC_CLIENT_ID'],
    ['MCP_AUTH_OIDC_CLIENT_SECRET_FIEL', 'MCP_AUTH_OIDC_CLIENT_SECRET_FILE'],
    ['MCP_AUTH_SIGN_UP_FILE', 'MCP_AUTH_SIGN_UP'],
    ['MCP_AUTH_DATABASE_URL', 'DATABASE_URL'],
    ['MCP_AUTH_PORT', 'PORT'],
    ['mcp_auth_passwords', 'MCP_AUTH_PASSWORDS'],
  ])('are refused when nobody knows them: %s, which says what was meant', (name, likely) => {
    expect(() => readConfig({ [name]: 'off' })).toThrow(
      `${name} is no variable of this service: did you mean ${likely}?`,
    );
  });

  it('are refused without a guess where nothing is like them', () => {
    expect(() => readConfig({ MCP_AUTH_FLUX_CAPACITOR: 'on' })).toThrow(
      'MCP_AUTH_FLUX_CAPACITOR is no variable of this service: take it away.',
    );
  });

  it('of other versions are warned of', () => {
    const { warnings } = readConfig({
      MCP_AUTH_OIDC_2_ISSUER: 'https://login.example.com',
    });
    expect(warnings).toEqual([
      'MCP_AUTH_OIDC_2_ISSUER is of an earlier version: name the identity provider in MCP_AUTH_POLICY_FILE.',
    ]);
  });

  it('of others are let be: what Kubernetes sets for a Service of this name', () => {
    const ofKubernetes = {
      MCP_AUTH_SERVICE_HOST: '10.0.0.1',
      MCP_AUTH_SERVICE_PORT: '80',
      MCP_AUTH_SERVICE_PORT_HTTP: '80',
      MCP_AUTH_PORT: 'tcp://10.0.0.1:80',
      MCP_AUTH_PORT_80_TCP: 'tcp://10.0.0.1:80',
      MCP_AUTH_PORT_80_TCP_PROTO: 'tcp',
      MCP_AUTH_PORT_80_TCP_PORT: '80',
      MCP_AUTH_PORT_80_TCP_ADDR: '10.0.0.1',
      MCP_AUTH_REDIS_SERVICE_HOST: '10.0.0.2',
      OTHER: 'x',
    };
    expect(readConfig(ofKubernetes).warnings).toEqual([]);
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    [
      { MCP_AUTH_CLIENT_ALLOW: 'https://a.example/' },
      'MCP_AUTH_CLIENT_ALLOW needs MCP_AUTH_CLIENT_POLICY to be allow-list',
    ],
    [
      { MCP_AUTH_CLIENT_ALLOW: 'https://a.example/', MCP_AUTH_CLIENT_POLICY: 'approval' },
      'MCP_AUTH_CLIENT_ALLOW needs MCP_AUTH_CLIENT_POLICY to be allow-list',
    ],
    [
      { MCP_AUTH_REGISTRATION_TOKEN: TOKEN },
      'MCP_AUTH_REGISTRATION_TOKEN needs MCP_AUTH_REGISTRATION to be token',
    ],
    [
      { MCP_AUTH_REGISTRATION_TOKEN: TOKEN, MCP_AUTH_REGISTRATION: 'off' },
      'MCP_AUTH_REGISTRATION_TOKEN needs MCP_AUTH_REGISTRATION to be token',
    ],
    [
      { MCP_AUTH_CLIENT_DOCUMENTS: 'off', MCP_AUTH_CLIENT_DOMAINS: 'a.example' },
      'MCP_AUTH_CLIENT_DOMAINS needs MCP_AUTH_CLIENT_DOCUMENTS to be on or loopback',
    ],
    [{ MCP_AUTH_OIDC_DOMAINS: 'a.example' }, 'MCP_AUTH_OIDC_DOMAINS needs MCP_AUTH_OIDC_ISSUER'],
    [{ MCP_AUTH_OIDC_SIGN_OUT: 'on' }, 'MCP_AUTH_OIDC_SIGN_OUT needs MCP_AUTH_OIDC_ISSUER'],
    [
      { MCP_AUTH_OIDC_GROUPS_URL: 'https://a.example' },
      'MCP_AUTH_OIDC_GROUPS_URL needs MCP_AUTH_OIDC_ISSUER',
    ],
    [{ MCP_AUTH_OIDC_CLIENT_SECRET: 'x' }, 'must be set together'],
    [{ MCP_AUTH_METRICS_HOST: '::1' }, 'MCP_AUTH_METRICS_HOST needs MCP_AUTH_METRICS_PORT'],
    [{ MCP_AUTH_REDIS_PREFIX: 'x' }, 'MCP_AUTH_REDIS_PREFIX needs MCP_AUTH_REDIS_URL'],
    [{ MCP_AUTH_ADMIN_PASSWORD: TOKEN }, 'must be set together'],
  ])('are refused where they have no effect: %j', (variables, sentence) => {
    expect(() => readConfig(variables)).toThrow(sentence);
  });

  it('may stand beside what takes their place: a folder beside a database', () => {
    const secret = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64');
    const variables = {
      DATABASE_URL: 'postgres://db/x',
      MCP_AUTH_DATA_DIR: './data',
      MCP_AUTH_SECRET: secret,
    };
    expect(readConfig(variables).database.url).toBe('postgres://db/x');
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    ...['0.0.0.0/1', '128.0.0.0/1', '0.0.0.0/0', '::/0', '::/1', '8000::/1', '0.0.0.0/7', '2000::/3'].map(
      (range): [NodeJS.ProcessEnv, string] => [
        { ...REMOTE, MCP_AUTH_TRUST_PROXY: range },
        `MCP_AUTH_TRUST_PROXY ${range} lets everybody say which address they come from`,
      ],
    ),
    ...['::ffff:0:0/96', '::ffff:0.0.0.0/97', '::/64', '10.0.0.0/8, 0.0.0.0/1', 'true', '11', '99'].map(
      (range): [NodeJS.ProcessEnv, string] => [
        { ...REMOTE, MCP_AUTH_TRUST_PROXY: range },
        'lets everybody say which address they come from',
      ],
    ),
    [
      { MCP_AUTH_ISSUER: 'https://a.example/.well-known/x' },
      'MCP_AUTH_ISSUER https://a.example/.well-known/x must not hold .well-known',
    ],
    [{ MCP_AUTH_ISSUER: 'https://a.example/.Well-Known' }, 'must not hold .well-known'],
    [{ MCP_AUTH_ISSUER: 'https://ada:secret@a.example' }, 'MCP_AUTH_ISSUER must have no user.'],
    [{ MCP_AUTH_ISSUER: 'https://a.example//' }, 'no trailing slash'],
    [{ MCP_AUTH_ISSUER: 'https://a.example/?' }, 'no trailing slash, query'],
    [{ MCP_AUTH_ISSUER: 'https://a.example/#' }, 'no trailing slash, query, fragment'],
    [{ MCP_AUTH_ISSUER: 'https://A.example' }, 'must be written as https://a.example.'],
    [{ MCP_AUTH_ISSUER: 'https://a.example:443' }, 'must be written as https://a.example.'],
    [{ MCP_AUTH_ISSUER: 'https://a.example/x/../y' }, 'must be written as https://a.example/y.'],
    [{ MCP_AUTH_ISSUER: 'https://a.example/a%2fb' }, 'plain path'],
    [{ MCP_AUTH_ISSUER: 'https://a.example/a//b' }, 'plain path'],
    ...['a@', '@a', 'a', 'a@b@c', 'a b@c.example', 'a@b.example,c@d.example', 'a@b.example\u200b'].map(
      (email): [NodeJS.ProcessEnv, string] => [
        { MCP_AUTH_ADMIN_EMAIL: email, MCP_AUTH_ADMIN_PASSWORD: TOKEN },
        'MCP_AUTH_ADMIN_EMAIL must be an email address',
      ],
    ),
    ...['0.0.0.0', '::', '0', '::ffff:0.0.0.0', '10.0.0.5', 'metrics.internal'].map(
      (host): [NodeJS.ProcessEnv, string] => [
        { MCP_AUTH_METRICS_PORT: '9464', MCP_AUTH_METRICS_HOST: host },
        `MCP_AUTH_METRICS_HOST ${host} shows metrics to other computers: set MCP_AUTH_METRICS_TOKEN, too.`,
      ],
    ),
    [{ MCP_AUTH_SECRET: 'password' }, 'MCP_AUTH_SECRET must be at least 32 random bytes'],
    [{ MCP_AUTH_SECRET: ',' }, 'MCP_AUTH_SECRET must be at least 32 random bytes'],
    [{ DATABASE_URL: 'mysql://db/x' }, 'DATABASE_URL must begin with postgres://'],
    [{ MCP_AUTH_CLIENT_DOMAINS: 'https://a.example' }, 'MCP_AUTH_CLIENT_DOMAINS must be hosts such as'],
    [{ MCP_AUTH_CLIENT_DOMAINS: ' , ' }, 'MCP_AUTH_CLIENT_DOMAINS has commas alone'],
    [{ ...REMOTE, MCP_AUTH_CLIENT_DOCUMENTS: 'loopback' }, 'MCP_AUTH_CLIENT_DOCUMENTS loopback is for'],
    [
      { MCP_AUTH_KEY_MAX_AGE: '3600', MCP_AUTH_KEY_OVERLAP: '3601' },
      'MCP_AUTH_KEY_OVERLAP 3601 must not be longer',
    ],
    [{ MCP_AUTH_AUDIT_RETENTION: '1' }, 'MCP_AUTH_AUDIT_RETENTION must be a whole number from 86400'],
  ])('are refused with what they hold: %j', (variables, sentence) => {
    expect(() => readConfig(variables)).toThrow(sentence);
  });

  it.each<NodeJS.ProcessEnv>([
    {
      ...REMOTE,
      MCP_AUTH_TRUST_PROXY: '10.0.0.0/8, fd00::/8, fe80::/10, 2400:cb00::/32, ::ffff:10.0.0.0/104',
    },
    { ...REMOTE, MCP_AUTH_TRUST_PROXY: '2' },
    { MCP_AUTH_TRUST_PROXY: '0.0.0.0/0' },
    { MCP_AUTH_METRICS_PORT: '9464', MCP_AUTH_METRICS_HOST: '0.0.0.0', MCP_AUTH_METRICS_TOKEN: TOKEN },
    { MCP_AUTH_METRICS_PORT: '9464', MCP_AUTH_METRICS_HOST: '127.0.0.2' },
    { MCP_AUTH_ADMIN_EMAIL: 'root@corp', MCP_AUTH_ADMIN_PASSWORD: TOKEN },
    { MCP_AUTH_AUDIT_RETENTION: '0' },
    { MCP_AUTH_ISSUER: 'https://a.example/a/b.c-d_e~f' },
  ])('are taken with what they hold: %j', (variables) => {
    expect(readConfig(variables).warnings).toEqual([]);
  });

  describe('with secrets in files', () => {
    let folder: string;
    const file = (name: string, content: string) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'mcp-auth-secrets-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('are read from there', () => {
      const config = readConfig({
        MCP_AUTH_REGISTRATION: 'token',
        MCP_AUTH_REGISTRATION_TOKEN_FILE: file('token', `${TOKEN}\n`),
        MCP_AUTH_ADMIN_EMAIL: 'ada@example.com',
        MCP_AUTH_ADMIN_PASSWORD_FILE: file('password', 'correct horse battery\n'),
      });
      expect(config.registration.initialAccessToken).toBe(TOKEN);
      expect(config.administrator.first?.password).toBe('correct horse battery');
    });

    it.each(VARIABLES.filter(({ isSecret }) => isSecret).map(({ name }) => name))(
      'are refused when the file is not there, is empty, or is not the only place: %s',
      (name) => {
        const path = file('short', 'x');
        const read = (variables: NodeJS.ProcessEnv) => () => readConfig({ ...variables });
        expect(read({ [`${name}_FILE`]: './nowhere' })).toThrow(`${name}_FILE ./nowhere cannot be read`);
        expect(read({ [`${name}_FILE`]: file('empty', '\n') })).toThrow('is empty');
        expect(read({ [`${name}_FILE`]: path, [name]: 'y' })).toThrow(
          `${name} and ${name}_FILE are both set`,
        );
      },
    );

    it.each(VARIABLES.filter(({ isSecret }) => isSecret).map(({ name }) => name))(
      'are never repeated: %s',
      (name) => {
        let message = '';
        try {
          readConfig({ [name]: 'hunter2' });
        } catch (error) {
          message = String(error);
        }
        expect(message).not.toContain('hunter2');
      },
    );

    it('may be named by the policy file, with whatever name', () => {
      const path = file(
        'policy.yaml',
        'providers: [{ id: a, issuer: https://a.example, clientId: a, clientSecret: { env: MCP_AUTH_SECRET_OF_A } }]',
      );
      const variables = { MCP_AUTH_POLICY_FILE: path, MCP_AUTH_SECRET_OF_A: 'secret' };
      expect(readConfig(variables).warnings).toEqual([]);
      expect(() => readConfig({ MCP_AUTH_SECRET_OF_A: 'secret' })).toThrow('is no variable');
    });

    it('are where a mistake in the list of servers is, with line and column', () => {
      const read = (text: string) => () => readConfig({ MCP_AUTH_RESOURCES: file('servers.json', text) });
      const place = `MCP_AUTH_RESOURCES ${join(folder, 'servers.json')}, line`;
      expect(read('[\n  {"identifier": "x"}]')).toThrow(`${place} 2, column 3: a resource must have`);
      expect(read('[{"identifier": "x", "scopes": {}}]')).toThrow(`${place} 1, column 2: The resource "x"`);
      const one = '{"identifier": "https://a.example/mcp", "scopes": {}}';
      expect(read(`[${one},\n${one}]`)).toThrow(`${place} 1, column 1: The resources name the same`);
      expect(read('[}')).toThrow(`${place} 1`);
    });
  });
});
