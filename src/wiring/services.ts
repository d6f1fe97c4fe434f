import type { Provider } from '@nestjs/common';
import { AssertionVerifier } from '../assertions/assertion-verifier.js';
import { IssuerKeys } from '../assertions/issuer-keys.js';
import { KeySets } from '../assertions/key-sets.js';
import { ProofBudget } from '../assertions/proof-budget.js';
import { ClientAuthenticator } from '../client-auth/client-authenticator.js';
import { ClientKeys } from '../client-auth/client-keys.js';
import { ClientRegistration } from '../clients/client-registration.js';
import { FetchBudget } from '../fetching/fetch-budget.js';
import { ClientCatalog } from '../clients/client-catalog.js';
import { McpClients } from '../clients/mcp-clients.js';
import { MetadataDocuments } from '../clients/metadata-documents.js';
import { PreRegisteredClients } from '../clients/pre-registered-clients.js';
import { RegisteredMetadata } from '../clients/registered-metadata.js';
import { RegistrationAccess } from '../clients/registration-access.js';
import { RegistrationManagement } from '../clients/registration-management.js';
import { RegistrationPolicy } from '../clients/registration-policy.js';
import { McpServiceAccounts } from '../clients/mcp-service-accounts.js';
import { ResourceServers } from '../clients/resource-servers.js';
import { ServiceAccounts } from '../clients/service-accounts.js';
import { ServerMetadata } from '../endpoints/server-metadata.js';
import { DelegatedTokens } from '../grant-types/delegated-tokens.js';
import { AssertedPersonTokens } from '../grant-types/asserted-person-tokens.js';
import { CodeRedemption } from '../grant-types/code-redemption.js';
import { GrantAdmission } from '../grant-types/grant-admission.js';
import { GrantOutcome } from '../grant-types/grant-outcome.js';
import { KeyBinding } from '../grant-types/key-binding.js';
import { ServiceAccountTokens } from '../grant-types/service-account-tokens.js';
import { WorkloadTokens } from '../grant-types/workload-tokens.js';
import { DelegationSource } from '../guard/delegation-source.js';
import { McpDelegation } from '../guard/mcp-delegation.js';
import { McpSessions } from '../guard/mcp-sessions.js';
import { AccountDirectory } from '../host/account-directory.js';
import { AuditLog, HostAuditLog } from '../host/audit-log.js';
import { AuthorizationPolicy, HostPolicy } from '../host/authorization-policy.js';
import { ClaimsProvider, HostClaims } from '../host/claims-provider.js';
import { HostAccounts } from '../host/host-accounts.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { AuthorizationFlow } from '../interaction/authorization-flow.js';
import { BackchannelLogout } from '../interaction/backchannel-logout.js';
import { BrowserBinding } from '../interaction/browser-binding.js';
import { DeviceAuthorizations } from '../interaction/device-authorizations.js';
import { GrantApproval } from '../interaction/grant-approval.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';
import { InteractionForm } from '../interaction/interaction-form.js';
import { Interactions } from '../interaction/interactions.js';
import { Logout } from '../interaction/logout.js';
import { LogoutRequests } from '../interaction/logout-request.js';
import { McpInteractions } from '../interaction/mcp-interactions.js';
import { LogoutHosts } from '../interaction/logout-hosts.js';
import { McpLogout } from '../interaction/mcp-logout.js';
import { PushedRequests } from '../interaction/pushed-requests.js';
import { RefusedAuthorization } from '../interaction/refused-authorization.js';
import { ProtectedResources } from '../oauth/protected-resources.js';
import { DATABASE_PROVIDER } from '../persistence/database.module.js';
import { ExpiredRows } from '../persistence/expired-rows.js';
import { FeedSignal } from '../persistence/feed-signal.js';
import { STORES } from '../persistence/stores.js';
import { McpResources } from '../resources/mcp-resources.js';
import { StoredProtectedResources } from '../resources/stored-protected-resources.js';
import { ClockWatch } from '../tokens/clock-watch.js';
import { Housekeeping } from '../tokens/housekeeping.js';
import { SignedIdTokens } from '../tokens/signed-id-tokens.js';
import { IdTokenHint } from '../tokens/id-token-hint.js';
import { IdTokenVerifier } from '../tokens/id-token-verifier.js';
import { IdentityAssertionIssuer } from '../tokens/identity-assertion-issuer.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { KeyRotation } from '../tokens/key-rotation.js';
import { KeySuccession } from '../tokens/key-succession.js';
import { KeyVault } from '../tokens/key-vault.js';
import { KnownGrants } from '../tokens/known-grants.js';
import { LogoutTokenIssuer } from '../tokens/logout-token-issuer.js';
import { McpConnections } from '../tokens/mcp-connections.js';
import { McpHealth } from '../tokens/mcp-health.js';
import { GrantCatalog } from '../tokens/grant-catalog.js';
import { McpRevocations } from '../tokens/mcp-revocations.js';
import { McpSecrets } from '../tokens/mcp-secrets.js';
import { McpSigningKeys } from '../tokens/mcp-signing-keys.js';
import { RefreshRotation } from '../tokens/refresh-rotation.js';
import { RevocationFeed } from '../tokens/revocation-feed.js';
import { SigningKeys } from '../tokens/signing-keys.js';
import { StatusLists } from '../tokens/status-lists.js';
import { TokenIntrospection } from '../tokens/token-introspection.js';
import { TokenIssuer } from '../tokens/token-issuer.js';
import { TokenRevocation } from '../tokens/token-revocation.js';
import { Userinfo } from '../tokens/userinfo.js';
import { AccessTokenVerifier } from '../verification/access-token-verifier.js';
import { DpopProofs } from '../verification/dpop-proofs.js';
import { ProofOfPossession } from '../verification/proof-of-possession.js';
import { RevocationView } from '../verification/revocation-view.js';
import { TokenStatus } from '../verification/token-status.js';
import { VerificationKeys } from '../verification/verification-keys.js';
import { HostClasses } from './host-classes.js';
import { HostNest } from '../mount/host-nest.js';
import { IssuerBinding } from './issuer-binding.js';
import { LocalDelegations } from './local-delegations.js';
import { OptionsInForce } from './options-in-force.js';
import { StartChecks } from './start-checks.js';

/** Classes that Nest makes by the types of their constructors, and what stands for an abstract one. */
export const SERVICES: Provider[] = [
  // host
  HostClasses,
  HostAccounts,
  HostAuditLog,
  HostClaims,
  HostRateLimiter,
  { provide: AccountDirectory, useExisting: HostAccounts },
  { provide: AuditLog, useExisting: HostAuditLog },
  { provide: AuthorizationPolicy, useExisting: HostPolicy },
  { provide: ClaimsProvider, useExisting: HostClaims },
  // verification, guard
  AccessTokenVerifier,
  DpopProofs,
  McpDelegation,
  McpSessions,
  ProofOfPossession,
  { provide: DelegationSource, useClass: LocalDelegations },
  { provide: TokenStatus, useExisting: RevocationView },
  { provide: VerificationKeys, useExisting: SigningKeys },
  // persistence
  DATABASE_PROVIDER,
  ...STORES,
  ExpiredRows,
  FeedSignal,
  // tokens
  ClockWatch,
  Housekeeping,
  IdTokenHint,
  SignedIdTokens,
  IdTokenIssuer,
  IdTokenVerifier,
  IdentityAssertionIssuer,
  KeyRotation,
  KeySuccession,
  KeyVault,
  KnownGrants,
  LogoutTokenIssuer,
  McpConnections,
  McpHealth,
  McpRevocations,
  McpSecrets,
  McpSigningKeys,
  RefreshRotation,
  RevocationFeed,
  StatusLists,
  TokenIntrospection,
  TokenIssuer,
  TokenRevocation,
  Userinfo,
  // resources
  McpResources,
  { provide: ProtectedResources, useExisting: StoredProtectedResources },
  // clients, assertions, client-auth, grant-types
  AssertedPersonTokens,
  AssertionVerifier,
  ClientAuthenticator,
  ClientKeys,
  ClientRegistration,
  DelegatedTokens,
  FetchBudget,
  CodeRedemption,
  GrantAdmission,
  GrantOutcome,
  KeyBinding,
  IssuerKeys,
  KeySets,
  ClientCatalog,
  GrantCatalog,
  McpClients,
  McpServiceAccounts,
  MetadataDocuments,
  PreRegisteredClients,
  ProofBudget,
  RegisteredMetadata,
  RegistrationAccess,
  RegistrationManagement,
  RegistrationPolicy,
  ResourceServers,
  ServiceAccounts,
  ServiceAccountTokens,
  WorkloadTokens,
  // interaction, endpoints
  AuthorizationFlow,
  BackchannelLogout,
  BrowserBinding,
  DeviceAuthorizations,
  GrantApproval,
  InteractionAnswers,
  InteractionForm,
  Interactions,
  Logout,
  LogoutRequests,
  McpInteractions,
  LogoutHosts,
  McpLogout,
  PushedRequests,
  RefusedAuthorization,
  ServerMetadata,
  // wiring
  HostNest,
  IssuerBinding,
  OptionsInForce,
  StartChecks,
];
