import type {
  DatabaseOptions,
  McpAuthExtras,
  McpAuthOptions,
  MetadataDocumentOptions,
  OidcConfig,
  RegistrationOptions,
  SigningOptions,
} from './mcp-auth.options.js';
import { DPOP_NAMES, type FlatNames, type Names, SHARED_NAMES } from './resources/option-names.js';

const OIDC_CONFIG: FlatNames<OidcConfig> = {
  codeExpiresIn: true,
  accessTokenExpiresIn: true,
  refreshTokenExpiresIn: true,
  refreshTokenGrace: true,
  grantMaxAge: true,
};
const SIGNING: FlatNames<SigningOptions> = { algorithm: true, rotateAfter: true, overlap: true };
const REGISTRATION: FlatNames<RegistrationOptions> = {
  mode: true,
  initialAccessToken: true,
  management: true,
};
const DOCUMENTS: FlatNames<MetadataDocumentOptions> = {
  enabled: true,
  allowedDomains: true,
  deniedDomains: true,
  allowLoopback: true,
};
const DATABASE: FlatNames<DatabaseOptions> = {
  url: true,
  dataDir: true,
  template: true,
  schema: true,
  poolSize: true,
  preparedStatements: true,
  migrate: true,
  entities: true,
  migrations: true,
};

/** Every option of `McpAuthModule` that is a value, with what may stand in those that are objects. */
export const MCP_AUTH_NAMES: Names<McpAuthOptions> = {
  ...SHARED_NAMES,
  requestUser: true,
  issuer: true,
  loginPage: true,
  oidcConfig: OIDC_CONFIG,
  signing: SIGNING,
  registration: REGISTRATION,
  serviceAccounts: true,
  trustedIssuers: true,
  workloads: true,
  delegations: true,
  delegationDepth: true,
  clients: true,
  identityAssertions: true,
  linkedServers: true,
  clientIdMetadataDocuments: DOCUMENTS,
  redirectSchemes: true,
  tokenEndpointAudience: true,
  deviceAuthorization: true,
  requirePushedAuthorizationRequests: true,
  database: DATABASE,
  secret: true,
  clock: true,
  auditCalls: true,
  rateLimit: true,
  trustProxy: true,
  maxRevocationLag: true,
  dpop: DPOP_NAMES,
};

/** Its options that are classes: they stand beside a factory, and not in what it returns. */
export const MCP_AUTH_CLASSES: FlatNames<McpAuthExtras> = {
  accounts: true,
  claims: true,
  policy: true,
  audit: true,
  rateLimiter: true,
};
