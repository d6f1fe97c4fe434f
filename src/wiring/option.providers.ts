import type { Provider } from '@nestjs/common';
import { ForeignFetch } from '../fetching/foreign-fetch.js';
import { givenOptions } from '../guard/given-options.js';
import { GuardSettings } from '../guard/guard-settings.js';
import { CallAudit } from '../guard/call-audit.js';
import { AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { HOST_CLASSES, MCP_AUTH_OPTIONS } from '../mcp-auth.module-definition.js';
import { MCP_AUTH_CLASSES, MCP_AUTH_NAMES } from '../mcp-auth.option-names.js';
import type { McpAuthExtras, McpAuthOptions } from '../mcp-auth.options.js';
import { resolveSettings } from '../mcp-auth.settings.js';
import { DatabaseCheck } from '../persistence/database-check.js';
import { checkNames } from '../resources/option-names.js';
import { DatabaseClock } from '../tokens/database-clock.js';
import { KeyVault } from '../tokens/key-vault.js';
import { Secrets } from '../tokens/secrets.js';
import { ISSUER } from '../verification/issuer.js';
import { DpopNonces } from '../verification/dpop-nonces.js';
import { DpopRules } from '../verification/dpop-rules.js';
import { RevocationView } from '../verification/revocation-view.js';
import { OwnerCheck } from './owner-check.js';

/** What is made from a value of the options. */
function fromSettings<T>(
  provide: abstract new (...args: never[]) => T,
  make: (settings: McpAuthSettings) => T,
): Provider {
  return { provide, inject: [McpAuthSettings], useFactory: make };
}

/** @throws Error with one sentence for options that are missing, misspelled or in the wrong place. */
function given(options: McpAuthOptions | undefined, classes?: Partial<McpAuthExtras>): McpAuthOptions {
  const all = givenOptions(options, { module: 'McpAuthModule', isCalled: classes !== undefined });
  const misplaced = Object.keys(MCP_AUTH_CLASSES).find((name) => Object.hasOwn(all, name));
  if (misplaced !== undefined)
    throw new Error(
      `\`${misplaced}\` stands beside useFactory, useClass or useExisting: take it out of the options.`,
    );
  checkNames(all, MCP_AUTH_NAMES);
  return all;
}

const GIVEN = [
  { token: MCP_AUTH_OPTIONS, optional: true },
  { token: HOST_CLASSES, optional: true },
];

export const OPTION_PROVIDERS: Provider[] = [
  {
    provide: McpAuthSettings,
    inject: GIVEN,
    useFactory: (options?: McpAuthOptions, classes?: Partial<McpAuthExtras>) =>
      resolveSettings(given(options, classes)),
  },
  {
    provide: GuardSettings,
    inject: GIVEN,
    useFactory: (options?: McpAuthOptions, classes?: Partial<McpAuthExtras>): GuardSettings => ({
      requestUser: given(options, classes).requestUser,
    }),
  },
  { provide: ISSUER, inject: [McpAuthSettings], useFactory: ({ issuer }: McpAuthSettings) => issuer },
  fromSettings(DatabaseClock, ({ clock }) => new DatabaseClock(clock)),
  { provide: Clock, useExisting: DatabaseClock },
  fromSettings(Secrets, ({ secrets }) => new Secrets(secrets)),
  {
    provide: DatabaseCheck,
    inject: [McpAuthSettings, KeyVault],
    useFactory: (settings: McpAuthSettings, vault: KeyVault) => new OwnerCheck(settings, vault),
  },
  fromSettings(DpopRules, ({ dpop }) => dpop),
  {
    provide: DpopNonces,
    inject: [Secrets],
    useFactory: (secrets: Secrets) => new DpopNonces(secrets.macs('dpop-nonce')),
  },
  {
    provide: CallAudit,
    inject: [McpAuthSettings, AuditLog],
    useFactory: ({ auditCalls }: McpAuthSettings, log: AuditLog) => new CallAudit(auditCalls ? log : null),
  },
  fromSettings(RevocationView, ({ maxRevocationLag }) => new RevocationView(maxRevocationLag)),
  fromSettings(ForeignFetch, ({ clientDocuments }) => new ForeignFetch(clientDocuments)),
];
