/**
 * The entry `nestjs-mcp-auth/service-kit`: what the company service needs of the library and no host does.
 * Not stable: anything here may change in any version.
 *
 * @packageDocumentation
 */
export {
  Brand,
  ClientName,
  Contact,
  Fact,
  Foreign,
  Host,
  Problem,
  shownName,
} from './interaction/pages/components.js';
export { type Branding, withBranding } from './interaction/pages/branding.js';
export { pageHeaders, renderDocument, renderPage, type Page } from './interaction/pages/render-page.js';
export { DEVICE_GRANT_TYPE } from './oauth/device.js';
export { displayText } from './oauth/display-text.js';
export { isClientDomain } from './oauth/client-domain.js';
export { issuerProblem } from './oauth/issuer.js';
export { isLoopbackHost } from './oauth/loopback.js';
export { network } from './oauth/network.js';
export { isPrivateUseScheme } from './oauth/redirect-schemes.js';
export { redirectHost, redirectKind, redirectOrigin } from './oauth/redirect-uri.js';
export { decodeSecretText } from './oauth/secret-text.js';
export { isServerScope } from './oauth/server-scopes.js';
export {
  type McpStorage,
  migrateStorage,
  openStorage,
  storedIssuer,
  storedResources,
} from './open-storage.js';
export { describeIdentityAssertions } from './assertions/describe-identity-assertions.js';
export { describeTrustedIssuers, describeWorkloads } from './assertions/describe-trusted-issuers.js';
export { ClientCatalog, type EnteredClientOptions } from './clients/client-catalog.js';
export {
  type CatalogClient,
  type CatalogRow,
  CLIENT_KINDS,
  type ClientFilter,
  type ClientHoldings,
  type ClientKind,
} from './persistence/client-catalog.store.js';
export {
  type CatalogGrant,
  type GrantFilter,
  MOST_GRANTS_COUNTED,
} from './persistence/grant-catalog.store.js';
export {
  holding,
  type ListWindow,
  type SortColumn,
  StatementValues,
  windowSql,
} from './persistence/list-window.js';
export { GrantCatalog } from './tokens/grant-catalog.js';
export { HostNews } from './tokens/host-news.js';
export { describeClients } from './clients/describe-clients.js';
export { describeDelegationDepth, describeDelegations } from './resources/describe-delegations.js';
export { describeLinkedServers } from './clients/describe-linked-servers.js';
export { describeServiceAccounts } from './clients/describe-service-accounts.js';
export { RESOURCE_MEMBERS } from './resources/resource-members.js';
export { describeResources } from './resources/describe-resources.js';
export { describeResourceServers } from './resources/describe-resource-servers.js';
export { ForeignFetch, ForeignFetchError } from './fetching/foreign-fetch.js';
export { Periodic } from './tokens/periodic.js';
export { dataSourceOptions } from './persistence/data-source.js';
export { isDatabaseAway } from './persistence/database-away.js';
