import { Initial1763900000000 } from './1763900000000-initial.js';
import { RevocationFeed1764100000000 } from './1764100000000-revocation-feed.js';
import { Resources1764110000000 } from './1764110000000-resources.js';
import { StrongClients1764120000000 } from './1764120000000-strong-clients.js';
import { StatusList1764130000000 } from './1764130000000-status-list.js';
import { MetadataDocuments1764200000000 } from './1764200000000-metadata-documents.js';
import { SigningKeyRotation1764300000000 } from './1764300000000-signing-key-rotation.js';
import { OpenId1764400000000 } from './1764400000000-openid.js';
import { Policy1765010000000 } from './1765010000000-policy.js';
import { GrantKinds1765600000000 } from './1765600000000-grant-kinds.js';
import { ClientProvenance1765610000000 } from './1765610000000-client-provenance.js';
import { TokenRows1765620000000 } from './1765620000000-token-rows.js';
import { FormatNumbers1765630000000 } from './1765630000000-format-numbers.js';
import { AuthorizationServer1765640000000 } from './1765640000000-authorization-server.js';
import { ServiceAccounts1766000000000 } from './1766000000000-service-accounts.js';
import { Imports1766071000000 } from './1766071000000-imports.js';
import { BoundTokens1766200000000 } from './1766200000000-bound-tokens.js';
import { WakeForRows1766300000000 } from './1766300000000-wake-for-rows.js';
import { PushedRequests1766450000000 } from './1766450000000-pushed-requests.js';
import { DeviceCodes1766451000000 } from './1766451000000-device-codes.js';
import { RegistrationAccess1766460000000 } from './1766460000000-registration-access.js';
import { Logout1766460100000 } from './1766460100000-logout.js';
import { BackchannelLogout1766500000000 } from './1766500000000-backchannel-logout.js';
import { Catalogs1766530000000 } from './1766530000000-catalogs.js';
import { FeedPages1766540000000 } from './1766540000000-feed-pages.js';
import { FewerWrites1766550000000 } from './1766550000000-fewer-writes.js';
import { ResourceMaxAge1766560000000 } from './1766560000000-resource-max-age.js';
import { FewerIndexEntries1766880000000 } from './1766880000000-fewer-index-entries.js';

export const MIGRATIONS = [
  Initial1763900000000,
  RevocationFeed1764100000000,
  Resources1764110000000,
  StrongClients1764120000000,
  StatusList1764130000000,
  MetadataDocuments1764200000000,
  SigningKeyRotation1764300000000,
  OpenId1764400000000,
  Policy1765010000000,
  GrantKinds1765600000000,
  ClientProvenance1765610000000,
  TokenRows1765620000000,
  FormatNumbers1765630000000,
  AuthorizationServer1765640000000,
  ServiceAccounts1766000000000,
  Imports1766071000000,
  BoundTokens1766200000000,
  WakeForRows1766300000000,
  PushedRequests1766450000000,
  DeviceCodes1766451000000,
  RegistrationAccess1766460000000,
  Logout1766460100000,
  BackchannelLogout1766500000000,
  Catalogs1766530000000,
  FeedPages1766540000000,
  FewerWrites1766550000000,
  ResourceMaxAge1766560000000,
  FewerIndexEntries1766880000000,
];
