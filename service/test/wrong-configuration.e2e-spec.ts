import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { runCommand } from './support/run-command.js';

const SECRET = randomBytes(32).toString('base64');

/** What the readers' own table says of every variable, the built service does for one of each kind. */
describe.skipIf(!postgresUrl)('the built service with a wrong environment', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof newDatabase>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-wrong-'));
    database = await newDatabase();
    await writeFile(join(folder, 'empty'), '\n');
    await writeFile(
      join(folder, 'policy.yaml'),
      'rules:\n  - { name: A, groups: [a], server: here, scopes: [x] }\n',
    );
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  /** Everything that is in the database beside what it began with. */
  const written = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'`,
    );
    await client.end();
    return [rows, await readdir(folder)];
  };

  it.each<[string, (place: string) => NodeJS.ProcessEnv, string]>([
    [
      'a mistyped name',
      () => ({ MCP_AUTH_SIGNUP: 'off' }),
      'MCP_AUTH_SIGNUP is no variable of this service: did you mean MCP_AUTH_SIGN_UP?',
    ],
    [
      'a variable without what it needs',
      () => ({ MCP_AUTH_CLIENT_ALLOW: 'https://a.example/' }),
      'MCP_AUTH_CLIENT_ALLOW needs MCP_AUTH_CLIENT_POLICY to be allow-list',
    ],
    [
      'a number beyond its bounds',
      () => ({ MCP_AUTH_ACCESS_TOKEN_TTL: '9999999999999' }),
      'MCP_AUTH_ACCESS_TOKEN_TTL must be a whole number from',
    ],
    [
      'proxies that are everybody',
      () => ({ MCP_AUTH_ISSUER: 'https://auth.example.com', MCP_AUTH_TRUST_PROXY: '0.0.0.0/1' }),
      'MCP_AUTH_TRUST_PROXY 0.0.0.0/1 lets everybody say',
    ],
    [
      'an issuer with .well-known',
      () => ({ MCP_AUTH_ISSUER: 'https://a.example/.well-known/x' }),
      'MCP_AUTH_ISSUER https://a.example/.well-known/x must not',
    ],
    [
      'an administrator without a domain',
      () => ({ MCP_AUTH_ADMIN_EMAIL: 'a@', MCP_AUTH_ADMIN_PASSWORD: 'correct horse battery' }),
      'MCP_AUTH_ADMIN_EMAIL must be an email address',
    ],
    [
      'metrics for everybody',
      () => ({ MCP_AUTH_METRICS_PORT: '9464', MCP_AUTH_METRICS_HOST: '0.0.0.0' }),
      'MCP_AUTH_METRICS_HOST 0.0.0.0 shows metrics to other computers',
    ],
    [
      'a secret in a file that is not there',
      () => ({ MCP_AUTH_SECRET: '', MCP_AUTH_SECRET_FILE: '/nowhere/secret' }),
      'MCP_AUTH_SECRET_FILE /nowhere/secret cannot be read',
    ],
    [
      'a secret in two places',
      (place) => ({ MCP_AUTH_SECRET_FILE: join(place, 'empty') }),
      'MCP_AUTH_SECRET and MCP_AUTH_SECRET_FILE are both set',
    ],
    ['a database without a secret', () => ({ MCP_AUTH_SECRET: '' }), 'MCP_AUTH_SECRET'],
    [
      'a provider without its client',
      () => ({ MCP_AUTH_OIDC_ISSUER: 'https://login.example.com' }),
      'MCP_AUTH_OIDC_CLIENT_ID',
    ],
    [
      'a policy file with a mistake',
      (place) => ({ MCP_AUTH_POLICY_FILE: join(place, 'policy.yaml') }),
      'MCP_AUTH_POLICY_FILE',
    ],
  ])(
    'ends with code 1 and one sentence that names the variable, having written nothing: %s',
    async (_, environment, sentence) => {
      const before = await written();
      const port = String(await freePort());
      const usual = { PORT: port, DATABASE_URL: database.url, MCP_AUTH_SECRET: SECRET };
      const { code, output, errors } = await runCommand({ ...usual, ...environment(folder) }, []);
      expect([code, output]).toEqual([1, '']);
      expect(errors).toContain(sentence);
      expect(errors.trim().split('\n')).toHaveLength(1);
      // Words for whoever runs it: no stack, no option of the library, no secret.
      expect(errors).not.toMatch(/^\s+at |Error:|node_modules|forRoot|undefined/m);
      expect(errors).not.toContain(SECRET);
      expect(await written()).toEqual(before);
    },
  );
});
