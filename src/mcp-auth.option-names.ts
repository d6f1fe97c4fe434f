import type {
  IdentityAssertionOptions,
  TrustedIssuerOptions,
  WorkloadOptions,
} from './assertions/trusted-issuer-options.js';
import type { ClientOptions, ClientProofOptions } from './clients/client-options.js';
import type { LinkedServerOptions } from './clients/linked-server-options.js';
import type { ServiceAccountOptions } from './clients/service-account-options.js';
import type {
  DatabaseOptions,
  McpAuthExtras,
  McpAuthOptions,
  MetadataDocumentOptions,
  OidcConfig,
  RegistrationOptions,
  SigningOptions,
} from './mcp-auth.options.js';
import type { DelegationOptions } from './resources/delegation-options.js';
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

const PROOF: FlatNames<ClientProofOptions> = {
  jwks: true,
  jwksUri: true,
  clientSecret: true,
  overlap: true,
};
const CLIENT: FlatNames<ClientOptions> = {
  ...PROOF,
  clientId: true,
  name: true,
  redirectUris: true,
  devices: true,
  postLogoutRedirectUris: true,
  backchannelLogoutUri: true,
};
const SERVICE_ACCOUNT: FlatNames<ServiceAccountOptions> = {
  ...PROOF,
  clientId: true,
  name: true,
  resources: true,
  scopes: true,
};
const TRUSTED_ISSUER: FlatNames<TrustedIssuerOptions> = {
  issuer: true,
  jwksUri: true,
  jwks: true,
  reusable: true,
};
const WORKLOAD: FlatNames<WorkloadOptions> = {
  issuer: true,
  subject: true,
  claims: true,
  serviceAccount: true,
};
const IDENTITY_ASSERTION: FlatNames<IdentityAssertionOptions> = {
  issuer: true,
  tenant: true,
  clients: true,
  resources: true,
  scopes: true,
};
const DELEGATION: FlatNames<DelegationOptions> = { from: true, to: true, scopes: true, requires: true };
const LINKED_SERVER: FlatNames<LinkedServerOptions> = {
  issuer: true,
  resources: true,
  client: true,
  clientId: true,
  scopes: true,
  groups: true,
  maxAge: true,
  claims: true,
};

/** Every option of `McpAuthModule` that is a value, with what may stand in those that are objects, or lists of them. */
export const MCP_AUTH_NAMES: Names<McpAuthOptions> = {
  ...SHARED_NAMES,
  requestUser: true,
  issuer: true,
  loginPage: true,
  oidcConfig: OIDC_CONFIG,
  signing: SIGNING,
  registration: REGISTRATION,
  serviceAccounts: [SERVICE_ACCOUNT],
  trustedIssuers: [TRUSTED_ISSUER],
  workloads: [WORKLOAD],
  delegations: [DELEGATION],
  delegationDepth: true,
  clients: [CLIENT],
  identityAssertions: [IDENTITY_ASSERTION],
  linkedServers: [LINKED_SERVER],
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
