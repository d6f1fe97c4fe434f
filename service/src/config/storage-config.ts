import { decodeSecretText } from 'nestjs-mcp-auth/service-kit';
import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import { choice, secret, text } from './variable.js';

/** Where everything is kept, and what seals it. */
export interface StorageConfig {
  database: { url?: string; dataDir: string; migrate: boolean; poolSize?: number };
  /** Several for rotation; undefined where the data directory holds it. */
  secrets: string[] | undefined;
}

export const STORAGE_VARIABLES = {
  url: secret('DATABASE_URL', {
    is: 'the PostgreSQL database',
    otherwise: 'embedded',
    check: (url) =>
      /^postgres(ql)?:\/\//.test(url)
        ? null
        : 'must begin with postgres:// or postgresql://, such as postgres://mcp_auth@db.example.com/mcp_auth',
  }),
  dataDir: text('MCP_AUTH_DATA_DIR', { is: 'the folder of the embedded database', fallback: './data' }),
  migrate: choice('MCP_AUTH_MIGRATE', ['on', 'off'], {
    is: 'whether a start brings the schema up to date; `off` for a role that may only read and write, beside the command `migrate`',
    fallback: 'on',
  }),
  secret: secret('MCP_AUTH_SECRET', {
    is: 'at least 32 random bytes as base64 or hex; several separated by commas, of which the first seals and all open; required with `DATABASE_URL`',
    otherwise: 'made in the data directory',
    check: (secrets) =>
      split(secrets).length > 0 && split(secrets).every(decodeSecretText)
        ? null
        : 'must be at least 32 random bytes as base64 or hex: set it to the output of `openssl rand -base64 32`',
  }),
};

/** @throws ConfigurationError with one sentence. */
export function readStorageConfig(env: Environment): StorageConfig {
  const url = env.get(STORAGE_VARIABLES.url);
  const secrets = env.get(STORAGE_VARIABLES.secret);
  if (url !== undefined && secrets === undefined)
    throw new ConfigurationError(
      'MCP_AUTH_SECRET is needed with DATABASE_URL: set it to the output of `openssl rand -base64 32`.',
    );
  return {
    database: {
      url,
      dataDir: env.get(STORAGE_VARIABLES.dataDir),
      migrate: env.get(STORAGE_VARIABLES.migrate) === 'on',
    },
    secrets: secrets === undefined ? undefined : split(secrets),
  };
}

function split(secrets: string): string[] {
  return secrets.split(',').flatMap((one) => one.trim() || []);
}
