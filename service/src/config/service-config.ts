import { type MetadataDocumentOptions, type ResourceOptions, type SigningAlgorithm } from 'nestjs-mcp-auth';
import { isLoopbackHost, isPrivateUseScheme } from 'nestjs-mcp-auth/service-kit';
import { type AuditConfig, readAuditConfig } from './audit-config.js';
import { ConfigurationError } from './configuration.error.js';
import { Environment } from './environment.js';
import type { ExampleConfig } from './example-config.js';
import { type MetricsConfig, readMetricsConfig } from './metrics-config.js';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './password-length.js';
import { type PolicyConfig, readPolicyConfig } from './policy-config.js';
import { PublicAddress } from './public-address.js';
import { type RateLimitConfig, readRateLimitConfig } from './rate-limit-config.js';
import { readResources } from './resource-file.js';
import { readSignInConfig, type SignInConfig } from './sign-in-config.js';
import { readTrustedProxies, type TrustedProxies } from './trusted-proxies.js';

/** How the stand-alone service runs, from the environment alone. Times in seconds. */
export interface ServiceConfig {
  host: string;
  port: number;
  address: PublicAddress;
  example: ExampleConfig;
  /** MCP servers elsewhere. */
  resources: ResourceOptions[];
  policy: PolicyConfig;
  signIn: SignInConfig;
  audit: AuditConfig;
  database: { url?: string; dataDir: string; migrate?: boolean; poolSize?: number };
  /** Several for rotation; undefined where the data directory holds it. */
  secrets: string[] | undefined;
  administrator: { email: string; password: string } | null;
  accessTokenTtl: number;
  refreshTokenTtl: number;
  refreshGrace: number;
  grantMaxAge: number;
  signing: { algorithm: SigningAlgorithm; rotateAfter: number; overlap: number };
  registration: { mode: 'open' | 'token' | 'off'; initialAccessToken?: string };
  clientDocuments: MetadataDocumentOptions;
  redirectSchemes?: string[];
  tokenEndpointAudience: boolean;
  rateLimit: RateLimitConfig;
  metrics: MetricsConfig;
  trustProxy: TrustedProxies | undefined;
  logLevel: string;
  /** Seconds from the signal to end until the process is gone, whatever it does. */
  shutdownTimeout: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** @throws ConfigurationError with one sentence that names the variable and what to change. */
export function readConfig(variables: NodeJS.ProcessEnv): ServiceConfig {
  const env = new Environment(variables);
  const port = env.integer('PORT', 3000, 1, 65_535);
  const issuer = (env.text('MCP_AUTH_ISSUER') ?? `http://localhost:${port}`).replace(/\/$/, '');
  checkIssuer(issuer);
  const address = new PublicAddress(issuer);
  const { isLoopback } = address;
  const url = env.text('DATABASE_URL');
  const secrets = env.text('MCP_AUTH_SECRET')?.split(',');
  if (url && !secrets)
    throw new ConfigurationError(
      'MCP_AUTH_SECRET is needed with DATABASE_URL: set it to the output of `openssl rand -base64 32`.',
    );
  const mcpUrl = `${address.origin}/mcp`;
  const resources = readResources(env.text('MCP_AUTH_RESOURCES'));
  const servers = [mcpUrl, ...resources.map(({ identifier }) => identifier)];
  const policy = readPolicyConfig(env, servers);
  const enabled = env.choice('MCP_AUTH_DEMO', ['on', 'off'], isLoopback ? 'on' : 'off') === 'on';
  return {
    host: env.text('HOST') ?? (isLoopback ? '127.0.0.1' : '0.0.0.0'),
    port,
    address,
    example: { mcpUrl, enabled, openByDefault: enabled && isLoopback },
    resources,
    policy,
    signIn: readSignInConfig(env, policy.file?.providers ?? []),
    audit: readAuditConfig(env),
    database: { url, dataDir: env.text('MCP_AUTH_DATA_DIR') ?? './data' },
    secrets,
    administrator: administrator(env),
    accessTokenTtl: env.integer('MCP_AUTH_ACCESS_TOKEN_TTL', 3_600, 1, 86_400),
    refreshTokenTtl: env.integer('MCP_AUTH_REFRESH_TOKEN_TTL', 2_592_000, 1),
    refreshGrace: env.integer('MCP_AUTH_REFRESH_GRACE', 90, 0, 300),
    grantMaxAge: env.integer('MCP_AUTH_GRANT_MAX_AGE', 7_776_000, 1),
    signing: signing(env),
    registration: registration(env),
    clientDocuments: clientDocuments(env),
    redirectSchemes: redirectSchemes(env),
    tokenEndpointAudience: env.choice('MCP_AUTH_TOKEN_ENDPOINT_AUDIENCE', ['on', 'off'], 'off') === 'on',
    rateLimit: readRateLimitConfig(env),
    metrics: readMetricsConfig(env, port),
    trustProxy: readTrustedProxies(env, isLoopback),
    logLevel: env.choice('MCP_AUTH_LOG_LEVEL', LOG_LEVELS, 'info'),
    shutdownTimeout: env.integer('MCP_AUTH_SHUTDOWN_TIMEOUT', 10, 1, 600),
  };
}

function checkIssuer(issuer: string): void {
  if (!URL.canParse(issuer))
    throw new ConfigurationError('MCP_AUTH_ISSUER must be an absolute URL such as https://auth.example.com.');
  const { protocol, hostname, search, hash } = new URL(issuer);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopbackHost(hostname)))
    throw new ConfigurationError(
      `MCP_AUTH_ISSUER ${issuer} must use https; plain http is for localhost only.`,
    );
  if (search || hash)
    throw new ConfigurationError(`MCP_AUTH_ISSUER ${issuer} must have no query and no fragment.`);
}

function administrator(env: Environment): ServiceConfig['administrator'] {
  const email = env.text('MCP_AUTH_ADMIN_EMAIL');
  const password = env.text('MCP_AUTH_ADMIN_PASSWORD');
  if (email === undefined && password === undefined) return null;
  if (!email?.includes('@') || password === undefined)
    throw new ConfigurationError('MCP_AUTH_ADMIN_EMAIL and MCP_AUTH_ADMIN_PASSWORD must be set together.');
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD)
    throw new ConfigurationError(
      `MCP_AUTH_ADMIN_PASSWORD must have ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`,
    );
  if (env.text('MCP_AUTH_PASSWORDS') === 'off')
    throw new ConfigurationError(
      'MCP_AUTH_PASSWORDS is off, and the administrator of MCP_AUTH_ADMIN_EMAIL could not sign in: set it to administrator.',
    );
  return { email, password };
}

function signing(env: Environment): ServiceConfig['signing'] {
  const rotateAfter = env.integer('MCP_AUTH_KEY_MAX_AGE', 7_776_000, 3_600);
  return {
    algorithm: env.choice('MCP_AUTH_SIGNING_ALGORITHM', ['ES256', 'RS256', 'PS256', 'EdDSA'], 'ES256'),
    rotateAfter,
    overlap: env.integer('MCP_AUTH_KEY_OVERLAP', 3_600, 600, Math.min(rotateAfter, 2_592_000)),
  };
}

function registration(env: Environment): ServiceConfig['registration'] {
  const mode = env.choice('MCP_AUTH_REGISTRATION', ['open', 'token', 'off'], 'open');
  const initialAccessToken = env.text('MCP_AUTH_REGISTRATION_TOKEN');
  if (mode === 'token' && (initialAccessToken?.length ?? 0) < 32)
    throw new ConfigurationError(
      'MCP_AUTH_REGISTRATION_TOKEN must have at least 32 characters when MCP_AUTH_REGISTRATION is token.',
    );
  return { mode, initialAccessToken };
}

function clientDocuments(env: Environment): MetadataDocumentOptions {
  const mode = env.choice('MCP_AUTH_CLIENT_DOCUMENTS', ['on', 'off', 'loopback'], 'on');
  return {
    enabled: mode !== 'off',
    allowLoopback: mode === 'loopback',
    allowedDomains: names(env, 'MCP_AUTH_CLIENT_DOMAINS'),
  };
}

function redirectSchemes(env: Environment): string[] | undefined {
  const schemes = names(env, 'MCP_AUTH_REDIRECT_SCHEMES');
  const wrong = schemes?.find((scheme) => !isPrivateUseScheme(scheme));
  if (wrong !== undefined)
    throw new ConfigurationError(
      `MCP_AUTH_REDIRECT_SCHEMES names ${wrong}: write schemes of applications in lower case, such as my-editor.`,
    );
  return schemes;
}

/** What is separated by commas. */
function names(env: Environment, variable: string): string[] | undefined {
  return env
    .text(variable)
    ?.split(',')
    .map((name) => name.trim());
}
