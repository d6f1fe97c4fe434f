export {
  AccountDirectory,
  type AssertedAccount,
  type AssertedPerson,
  type McpAccount,
  type SignedIn,
} from './host/account-directory.js';
export {
  AUDIT_ACTIONS,
  AuditLog,
  type AuditAction,
  type AuditDetail,
  type AuditEvent,
} from './host/audit-log.js';
export {
  AuthorizationPolicy,
  type PolicyAllowance,
  type PolicyClient,
  type PolicyDecision,
  type PolicyQuestion,
  type PolicyRefusal,
} from './host/authorization-policy.js';
export { type HostMiddleware, throughMiddleware } from './host/through-middleware.js';
export { type ClaimsContext, ClaimsProvider } from './host/claims-provider.js';
export { Clock } from './host/clock.js';
export {
  type RateLimitAnswer,
  type RateLimitedEndpoint,
  type RateLimitedRequest,
  RateLimiter,
} from './host/rate-limiter.js';
export {
  PromptScopes,
  Public,
  RequireScopes,
  Resource,
  ResourceScopes,
  ToolScopes,
} from './guard/decorators.js';
export type { GuardSettings } from './guard/guard-settings.js';
export { audited } from './guard/audited.js';
export { McpAuthGuard } from './guard/mcp-auth.guard.js';
export { McpDelegation } from './guard/mcp-delegation.js';
export { McpSession } from './guard/mcp-session.js';
export type { OperationKind } from './guard/operation.js';
export { type Definitions, permitted } from './guard/permitted.js';
export { McpSessions } from './guard/mcp-sessions.js';
export type { HostReply, HostRequest } from './interaction/host-exchange.js';
export {
  McpInteractions,
  type CompletedSignIn,
  type InteractionDescription,
} from './interaction/mcp-interactions.js';
export { McpLogout } from './interaction/mcp-logout.js';
export { McpAuthModule } from './mcp-auth.module.js';
export type {
  DatabaseOptions,
  McpAuthAsyncOptions,
  McpAuthExtras,
  McpAuthOptions,
  MetadataDocumentOptions,
  OidcConfig,
  RegistrationOptions,
  SigningOptions,
} from './mcp-auth.options.js';
export type { ProtectedResource } from './oauth/resource.js';
export { OAuthError, type OAuthErrorCode } from './oauth/errors.js';
export { missingScopes, type ScopeHierarchy } from './oauth/scope.js';
export type { Actor } from './oauth/actor.js';
export type { AccessTokenClaims } from './oauth/access-token.js';
export type { StatusReference } from './oauth/status-list.js';
export { SIGNING_ALGORITHMS, type SigningAlgorithm } from './oauth/signing-algorithm.js';
export type { GrantSelection } from './persistence/subject-revocation.store.js';
export { MCP_AUTH_CONNECTION } from './persistence/data-source.js';
export type { BackgroundLoop } from './tokens/background-loop.js';
export { McpHealth, type Readiness } from './tokens/mcp-health.js';
export { McpRevocations } from './tokens/mcp-revocations.js';
export type { Connection } from './persistence/connection.store.js';
export { McpConnections } from './tokens/mcp-connections.js';
export { McpSecrets } from './tokens/mcp-secrets.js';
export { type KnownClient, McpClients } from './clients/mcp-clients.js';
export { McpServiceAccounts } from './clients/mcp-service-accounts.js';
export type { LinkedServerOptions } from './clients/linked-server-options.js';
export type { ClientOptions, ClientProofOptions } from './clients/client-options.js';
export type {
  IdentityAssertionOptions,
  TrustedIssuerOptions,
  WorkloadOptions,
} from './assertions/trusted-issuer-options.js';
export type { ServiceAccountOptions } from './clients/service-account-options.js';
export type { ServiceAccount } from './persistence/service-account.store.js';
export { McpResources } from './resources/mcp-resources.js';
export type { NewResourceCredentials } from './resources/mcp-resources.js';
export type { ResourceCredentials } from './persistence/resource-server.store.js';
export type { DelegationOptions } from './resources/delegation-options.js';
export type { DpopOptions, ResourceOptions } from './resources/resource-options.js';
export {
  McpSigningKeys,
  type KeyRotationOptions,
  type PublishedKey,
  type SigningKeyInUse,
} from './tokens/mcp-signing-keys.js';
export type { RotationAuthor } from './tokens/key-succession.js';
